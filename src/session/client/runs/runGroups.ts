/** Groups of runs over seeds, and the differences between runs. Plain functions over the snapshot's runs. */

import { FIELD_NAMES, type FieldName, fieldOf } from '../../../experiment/fields';
import { changeText } from '../../../experiment/fork';
import type { NamedLambda } from '../../../experiment/interventions/lambdas';
import { methodsOf } from '../../../experiment/methods/names';
import { BASELINE_METHOD } from '../../../experiment/methods/own';
import type { RunInfo } from '../../../experiment/records/run';
import type { Experiment } from '../../../experiment/types';
import type { RunView } from '../store/labSnapshot';

/** Runs that differ by their seed alone. */
export interface RunGroup {
	/** `info.group` of each. */
	group: string;
	/** The group's label. */
	label: string;
	method: string;
	runs: readonly RunView[];
}

/** The groups, in the order of their first runs. */
export function groupsOf(runs: readonly RunView[]): RunGroup[] {
	const groups = new Map<string, RunGroup & { runs: RunView[] }>();
	for (const run of runs) {
		const { group, label, method } = run.info;
		const there = groups.get(group);
		if (there) there.runs.push(run);
		else groups.set(group, { group, label, method, runs: [run] });
	}
	return [...groups.values()];
}

/** The group that others are compared with: the pinned one, else vanilla from its start, else the first; null of no runs. */
export function baselineOf(runs: readonly RunView[], pinned: string | null): RunGroup | null {
	const groups = groupsOf(runs);
	return (
		groups.find(({ group }) => group === pinned) ??
		groups.find(({ method, runs }) => method === BASELINE_METHOD && runs[0].info.fork === null) ??
		groups[0] ??
		null
	);
}

/** Fields with separate columns in the table. */
const OWN_COLUMNS: readonly FieldName[] = ['methods', 'seeds'];

/**
 * Differences of each run from the others, by run id, such as `learning rate 0.001 from step 240`, `λ₂ 0.8 from step 300`:
 * fields that differ from most runs (from any, if most runs share no value), the change of a fork, and λ that the user
 * set. Method and seed are left out unless a fork changed them.
 */
export function differences(runs: readonly { info: RunInfo }[]): Map<string, string[]> {
	const usual = new Map(FIELD_NAMES.map((name) => [name, usualValue(runs, name)]));
	const fields = FIELD_NAMES.filter((name) => !OWN_COLUMNS.includes(name) && varies(runs, name));
	return new Map(
		runs.map(({ info }) => {
			const changed = Object.keys(info.fork?.change ?? {});
			const differs = (name: FieldName) => !changed.includes(name) && info.experiment[name] !== usual.get(name);
			const own = fields.filter(differs).map((name) => fieldWords(name, info.experiment));
			const fork = info.fork ? [`${changeText(info.fork.change)} from step ${info.fork.step}`] : [];
			return [info.id, [...own, ...fork, ...movedWords(info)]];
		}),
	);
}

function varies(runs: readonly { info: RunInfo }[], name: FieldName): boolean {
	const first = runs[0]?.info.experiment[name];
	return runs.some(({ info }) => info.experiment[name] !== first);
}

/** The value that more than half of the runs have; undefined if there is none. */
function usualValue(runs: readonly { info: RunInfo }[], name: FieldName): unknown {
	const counts = new Map<unknown, number>();
	for (const { info } of runs) counts.set(info.experiment[name], (counts.get(info.experiment[name]) ?? 0) + 1);
	for (const [value, count] of counts) if (count > runs.length / 2) return value;
	return undefined;
}

function fieldWords(name: FieldName, experiment: Experiment): string {
	const field = fieldOf(name);
	const label = /^\p{Lu}\p{Ll}+(?!\p{L})/u.test(field.label) ? field.label[0].toLowerCase() + field.label.slice(1) : field.label;
	const value = experiment[name];
	if (value === null) return `${label} ${field.kind === 'number' ? field.whenNull : ''}`;
	if (typeof value === 'boolean') return `${label} ${value ? 'on' : 'off'}`;
	const text = String(value);
	return `${label} ${text.length > 24 ? `${text.slice(0, 23)}…` : text || 'none'}`;
}

/** `λ₂ 0.8 from step 300`; with the layers, unless every layer with a mix was set to it. */
function movedWords({ lambdaEdits, experiment }: RunInfo): string[] {
	if (lambdaEdits.length === 0) return [];
	// A value embedding has weights in layer 1 too.
	const mixing = methodsOf(experiment)[0].valueEmbedding ? experiment.layers : experiment.layers - 1;
	return lambdaEdits.flatMap(({ step, lambdas }) =>
		sameValues(lambdas).map(({ label, value, everyLayer, layers }) => {
			const all = everyLayer || layers.length >= mixing;
			const where = all ? '' : ` in layer${layers.length > 1 ? 's' : ''} ${layers.map((layer) => layer + 1).join(', ')}`;
			return `${label} ${Number(value.toPrecision(4))}${where} from step ${step}`;
		}),
	);
}

/** Edits that set weights of one name to the same value, with their layers. */
function sameValues(lambdas: readonly NamedLambda[]): (NamedLambda & { layers: number[] })[] {
	const found: (NamedLambda & { layers: number[] })[] = [];
	for (const lambda of lambdas) {
		const same = found.find(({ label, value }) => label === lambda.label && value === lambda.value);
		if (same) same.layers.push(lambda.layer);
		else found.push({ ...lambda, layers: [lambda.layer] });
	}
	return found;
}

/**
 * Number of tokens that a run has trained on after so many updates. Steps of a fork's ancestors count at their own batch
 * size, if they are among `runs`.
 */
export function tokenCount(info: RunInfo, runs: readonly { info: RunInfo }[]): (step: number) => number {
	/** The run, its parent, …, with the step at which each one's own updates start. */
	const line: { from: number; tokensPerStep: number }[] = [];
	const seen = new Set<RunInfo>();
	for (let each: RunInfo | undefined = info; each && !seen.has(each); ) {
		seen.add(each);
		const { fork, experiment }: RunInfo = each;
		const parent: RunInfo | undefined = fork ? runs.find((run) => run.info.id === fork.from)?.info : undefined;
		line.push({ from: fork && parent ? fork.step : 0, tokensPerStep: experiment.batchSize * experiment.sequenceLength });
		each = parent;
	}
	return (step) => {
		let tokens = 0;
		let end = step;
		for (const { from, tokensPerStep } of line) {
			if (end <= from) continue;
			tokens += (end - from) * tokensPerStep;
			end = from;
		}
		return tokens;
	};
}

/** `tokenCount` at one step. */
export const tokensAt = (info: RunInfo, step: number, runs: readonly { info: RunInfo }[]): number => tokenCount(info, runs)(step);
