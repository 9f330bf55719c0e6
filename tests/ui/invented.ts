/** Invented numbers, for using the page without a GPU. Test-only. */

import { changesNothing, type Intervention, NO_INTERVENTION } from '../../src/experiment/interventions';
import type { LambdaControl } from '../../src/experiment/interventions/lambdas';
import { MEASURE_KEYS } from '../../src/experiment/measures';
import { parseMethod } from '../../src/experiment/methods/names';
import type { ForwardPass, ForwardPassResult } from '../../src/experiment/records/forwardPass';
import type { Frame } from '../../src/experiment/records/frame';
import type { Metrics } from '../../src/experiment/records/metrics';
import type { RunInfo } from '../../src/experiment/records/run';
import { type ExperimentRun, runsOf } from '../../src/experiment/runs';
import { taskDescriptor } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';

/** Index of the method, which makes its numbers differ from the others'. */
const place = (method: string): number => Math.max(0, ['vanilla', 'resformer', 'svformer', 'neutreno'].indexOf(method));

const noise = (a: number, b: number) => {
	const x = Math.sin(a * 127.1 + b * 311.7) * 43758.5453;
	return x - Math.floor(x);
};

export const infos = (experiment: Experiment): RunInfo[] => runsOf(experiment).map(infoOf);

function infoOf({ method, seed, point: { index, experiment: of }, alsoAt }: ExperimentRun): RunInfo {
	const suffix = index > 0 ? `@${index}` : '';
	const parsed = parseMethod(method);
	const parameters =
		of.layers * (4 * of.hiddenSize ** 2 + 3 * of.hiddenSize * of.intermediateSize) +
		2 * 89 * of.hiddenSize -
		(method === 'svformer' ? (of.layers - 1) * of.hiddenSize ** 2 : 0);
	return {
		id: `${method}-${seed}${suffix}`,
		point: index,
		...(alsoAt.length > 0 && { alsoAt }),
		method,
		group: `${method}${suffix}`,
		label: parsed.ok ? parsed.method.label : method,
		seed,
		experiment: { ...of, methods: [method], seeds: [seed] },
		fork: null,
		lambdaEdits: [],
		parameters,
		kvCacheBytesPerToken: 8 * of.layers * of.hiddenSize - 40 * place(method),
		gpuBytes: parameters * 30,
	};
}

export function lossAt(run: RunInfo, step: number): number {
	const m = place(run.method);
	return (
		1.7 -
		0.03 * m +
		2.8 * Math.exp(-step / (60 - 4 * m)) +
		0.4 / (1 + step / 40) +
		(noise(step, run.seed + 10 * m) - 0.5) * 0.22 +
		(step % 97 === 96 ? 0.5 : 0)
	);
}

const BOOK =
	'Call me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse, and nothing particular to interest me on shore'.repeat(
		8,
	);
const shown = (character: string) => (character === ' ' ? '␣' : character);

export function frameOf(run: RunInfo, step: number, text: string | null = null, edits: Intervention = NO_INTERVENTION): Frame {
	const { layers, heads, sequenceLength } = run.experiment;
	const length = text === null ? sequenceLength : Math.min(sequenceLength, text.length + 1);
	const tokens = Array.from({ length }, (_, i) => (i === 0 ? '<s>' : shown((text ?? BOOK)[i - (text === null ? 0 : 1)])));
	const probabilities = new Float32Array(layers * heads * length * length);
	const m = place(run.method);
	const masked = (layer: number, key: number) => edits.maskedKeys.some((edit) => edit.key === key && (edit.layer ?? layer) === layer);
	let o = 0;
	for (let layer = 0; layer < layers; layer++) {
		for (let head = 0; head < heads; head++) {
			const sink = (layer === 0 ? 1.2 : 2.6 / (1 + 2 * m)) * Math.min(1, step / 200) * (0.4 + noise(layer, head));
			const reach = 1 + 14 * noise(head + 3, layer + 5);
			for (let i = 0; i < length; i++) {
				let sum = edits.sinkLogit || run.method.startsWith('sink:') ? 1 : 0;
				for (let j = 0; j <= i; j++) {
					const p = Math.exp(-(i - j) / reach) * (0.3 + noise(i - j, layer * 9 + head)) + (j === 0 ? sink * 3 : 0) + 0.01;
					probabilities[o + i * length + j] = masked(layer, j) ? 0 : p;
					sum += probabilities[o + i * length + j];
				}
				for (let j = 0; j <= i; j++) probabilities[o + i * length + j] /= sum || 1;
			}
			o += length * length;
		}
	}
	const rise = Math.min(1, step / 200);
	const norms = (first: number, other: number) =>
		Float32Array.from({ length: layers * length }, (_, i) => (i % length === 0 ? first : other * (0.8 + 0.4 * noise(i, m))));
	return {
		run: run.id,
		step,
		layers,
		heads,
		length,
		tokens,
		probabilities,
		valueNorms: norms(1.6 - 1.2 * rise, 1.5),
		mixedNorms: norms(1.6 - (0.8 * rise) / (1 + m), 1.5),
		hiddenNorms: norms(4 + (6 * rise) / (1 + m), 4),
		sinkRates: Float32Array.from({ length: layers * heads }, (_, i) => Math.round(16 * rise * noise(i, m)) / 16),
	};
}

/** λ as a slider would set them: a pair for each layer after the first. */
export const controlsOf = (run: RunInfo): LambdaControl[] =>
	run.method === 'svformer'
		? []
		: Array.from({ length: run.experiment.layers - 1 }, (_, i) => i + 1).flatMap((layer) =>
				['λ₁', 'λ₂'].map((label, index) => ({
					layer,
					index,
					label,
					value:
						run.lambdaEdits.flatMap(({ lambdas }) => lambdas).findLast((edit) => edit.layer === layer && edit.index === index)?.value ??
						(run.method === 'vanilla' ? index : 0.5),
					trains: run.method !== 'vanilla',
				})),
			);

const VOCABULARY = ['<s>', ...[' ', ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,;—'?"].map(shown)];

function readingOf(run: RunInfo, step: number, text: string | null, edits: Intervention): ForwardPass {
	const frame = frameOf(run, step, text, edits);
	const shift =
		0.1 * edits.maskedKeys.length + 0.05 * edits.headsOff.length + edits.lambdas.reduce((sum, { value }) => sum + 0.1 * value, 0);
	const losses = Float32Array.from({ length: frame.length }, (_, i) =>
		i === frame.length - 1 ? Number.NaN : lossAt(run, step) + 0.3 * noise(i, 1) + shift,
	);
	const logits = Float32Array.from({ length: frame.length * VOCABULARY.length }, (_, i) => 6 * noise(i, 2) + shift * noise(i, 3));
	const there = losses.filter(Number.isFinite);
	return { frame, losses, logits, loss: there.reduce((a, b) => a + b, 0) / there.length };
}

/** A forward pass of a run, without and with an intervention. */
export function lookOf(run: RunInfo, step: number, text: string | null, edits: Intervention): ForwardPassResult {
	const baseline = readingOf(run, step, text, NO_INTERVENTION);
	return {
		run: run.id,
		step,
		baseline,
		intervened: changesNothing(edits) ? null : readingOf(run, step, text, edits),
		controls: controlsOf(run),
		vocabulary: VOCABULARY,
		targets: Int32Array.from({ length: baseline.frame.length }, (_, i, n = baseline.frame.length) =>
			i === n - 1 ? -1 : Math.max(0, VOCABULARY.indexOf(baseline.frame.tokens[i + 1])),
		),
	};
}

/** Every measurement of a layer, as the worker posts them. */
function analysisOf(run: RunInfo, step: number): Metrics {
	const m = place(run.method);
	const rise = 1 - Math.exp(-step / 150);
	const each = (value: (layer: number) => number) =>
		Array.from({ length: run.experiment.layers }, (_, l) => value(l) + 0.02 * noise(step, l + m));
	return {
		...Object.fromEntries(MEASURE_KEYS.map((key) => [key, each(() => 0.5)])),
		sinkAttention: each((l) => 0.03 + rise * (l === 0 ? 0.31 : 0.1 / (1 + 2 * m))),
		entropy: each((l) => 3.7 - rise * (l === 0 ? 1.1 : 0.4 / (1 + m))),
		sinkRate: each((l) => rise * (l === 0 ? 0.5 : 0.25 / (1 + m))),
		maxAlpha: each((l) => 0.1 + 0.3 * rise * (l === 0 ? 1 : 0.5)),
		sinkLogit: each((l) => rise * (2 - l) - 0.3 * m),
		drain: each(() => 1.1 - rise * (0.8 / (1 + m))),
		mixedDrain: each(() => 1.1 - rise * (0.5 / (1 + m))),
		peak: each((l) => rise * (4 - 2 * m) * (l - 0.5)),
		similarity: each((l) => 0.1 + 0.2 * l * rise),
		spectrum: each((l) => 60 - 8 * l),
		valueSpectrum: each(() => 14),
		...(run.method.startsWith('resformer')
			? { 'λ₁': each((l) => (l === 0 ? 0 : 0.5 + 0.2 * rise)), 'λ₂': each((l) => (l === 0 ? 1 : 0.5)) }
			: {}),
	};
}

export function metricsOf(run: RunInfo, step: number): Metrics {
	const { experiment } = run;
	const m = place(run.method);
	const validationLoss = lossAt(run, step) + 0.04;
	const analysis = analysisOf(run, step);
	const { metrics, sink } = taskDescriptor(experiment.task);
	if ('accuracy' in metrics) return { validationLoss, accuracy: 1 - Math.exp(-step / 120), ...analysis };
	if (!sink) return { validationLoss, ...analysis };
	const rise = 1 - Math.exp(-step / 150);
	const sinkAttention = Array.from(
		{ length: experiment.layers },
		(_, l) => 0.03 + rise * (l === 0 ? 0.31 : 0.1 / (1 + 2 * m)) + 0.01 * noise(run.seed, l + m),
	);
	return {
		validationLoss,
		triggerLoss: 2 * Math.exp(-step / 80) + 0.008,
		nonTriggerLoss: 1.66 + Math.exp(-step / 60),
		nonTriggerOptimum: 1.65,
		sinkAttention,
		...analysis,
	};
}
