/** Runs as tables for a spreadsheet or a script: RFC 4180, a header line, CRLF. */

import type { Metrics } from '../../../experiment/records/metrics';
import { keptAt } from '../runs/kept';
import { lastSmoothed, lossSteps } from '../runs/lossSeries';
import { differences, tokenCount } from '../runs/runGroups';
import type { RunView } from '../store/labSnapshot';
import { type Cell, csvLine, joinCells } from './csvLine';

/** Number of last steps over which the training loss in the table of runs is averaged, as on the page. */
const WINDOW = 20;

/**
 * One row per run. `training_loss` is the mean of the last 20 steps. Metrics are the latest; those of each layer have
 * separate columns (`entropy.layer1`, …). Losses in nats.
 */
export function runsCsv(runs: readonly RunView[]): string {
	const differs = differences(runs);
	const columns = measureColumns(runs.map(({ metrics }) => metrics));
	const header = ['id', 'name', 'group', 'method', 'seed', 'point', 'differs', 'parameters', 'kv_bytes_per_token', 'step', 'state'];
	const rows = runs.map((run): Cell[] => {
		const { id, group, method, seed, point, parameters, kvCacheBytesPerToken } = run.info;
		const state = run.divergedAt !== null ? 'diverged' : run.finished ? 'finished' : 'unfinished';
		return [
			...[id, run.name, group, method, seed, point + 1, differs.get(id)?.join('; ') ?? ''],
			...[parameters, kvCacheBytesPerToken, run.step, state, run.tokensPerSecond, lastSmoothed(run.series, WINDOW)],
			...columns.map((column) => measured(run.metrics, column)),
		];
	});
	return [[...header, 'tokens_per_second', 'training_loss', ...columns.map(columnName)], ...rows].map(csvLine).join('');
}

/**
 * The curves in long form, a row per step of each run: training loss and gradient norm before the update `step`, and the
 * metrics after `step` updates, if any. In pieces, as all runs together may be hundreds of megabytes.
 */
export function* curvesCsv(runs: readonly RunView[]): Generator<string> {
	const columns = measureColumns(runs.map(({ metrics }) => metrics));
	yield csvLine(['run', 'step', 'tokens', 'seconds', 'training_loss', 'gradient_norm', ...columns.map(columnName)]);
	// Few steps have measures.
	const none = ','.repeat(columns.length);
	for (const run of runs) {
		const { steps, losses, seconds, gradNorms } = run.series;
		const tokens = tokenCount(run.info, runs);
		let rows: string[] = [];
		for (const { step, at } of rowsOf(run)) {
			const found = keptAt(steps, step);
			const k = steps && steps[found] !== step ? -1 : found;
			const row = [run.info.id, step, tokens(step), seconds[k] ?? null, losses[k] ?? null, gradNorms[k] ?? null];
			const metrics = at === null ? null : run.history[at].metrics;
			rows.push(metrics ? csvLine([...row, ...columns.map((column) => measured(metrics, column))]) : `${joinCells(row)}${none}\r\n`);
			if (rows.length < ROWS_PER_PIECE) continue;
			yield rows.join('');
			rows = [];
		}
		yield rows.join('');
	}
}

const ROWS_PER_PIECE = 200;

/** Longest time that the page may be busy with a file at once, ms. */
const STRETCH = 12;

/** Joins pieces of a text to a file. The page stays responsive meanwhile. */
export async function fileOf(pieces: Iterable<string>, type: string): Promise<Blob> {
	// Each piece is encoded separately: encoding hundreds of megabytes at the end would block the page.
	const done: Blob[] = [];
	let parts: string[] = [];
	let since = performance.now();
	for (const piece of pieces) {
		parts.push(piece);
		if (performance.now() - since < STRETCH) continue;
		done.push(new Blob(parts));
		parts = [];
		await new Promise((resolve) => setTimeout(resolve));
		since = performance.now();
	}
	return new Blob([...done, ...parts], { type });
}

/** Every step that has a loss or a measure, with the place of its measures in the history. */
function* rowsOf({ series, history }: RunView): Generator<{ step: number; at: number | null }> {
	let next = 0;
	for (const step of lossSteps(series)) {
		for (; next < history.length && history[next].step < step; next++) yield { step: history[next].step, at: next };
		yield { step, at: history[next]?.step === step ? next++ : null };
	}
	for (; next < history.length; next++) yield { step: history[next].step, at: next };
}

interface Column {
	measure: string;
	/** From 0; null if the metric is one number. */
	layer: number | null;
}

const columnName = ({ measure, layer }: Column): string => (layer === null ? measure : `${measure}.layer${layer + 1}`);

function measured(metrics: Metrics, { measure, layer }: Column): number | null {
	const value = Object.hasOwn(metrics, measure) ? metrics[measure] : undefined;
	if (Array.isArray(value)) return layer === null ? null : (value[layer] ?? null);
	return layer === null ? (value ?? null) : null;
}

/** A column for every measure, and for every layer of it, in the order of their first appearance. */
function measureColumns(all: readonly Metrics[]): Column[] {
	/** Layers of each measure; 0 = one number. */
	const layers = new Map<string, number>();
	for (const metrics of all) {
		for (const [measure, value] of Object.entries(metrics))
			layers.set(measure, Math.max(layers.get(measure) ?? 0, Array.isArray(value) ? value.length : 0));
	}
	return [...layers].flatMap(([measure, count]): Column[] =>
		count === 0 ? [{ measure, layer: null }] : Array.from({ length: count }, (_, layer) => ({ measure, layer })),
	);
}
