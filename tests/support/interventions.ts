/** Interventions of every kind on a model at odd sizes, and the distance between what two forward passes of it give. */
import { controlsOf } from '../../src/analysis/interventions';
import { stream } from '../../src/data/random';
import { IGNORED } from '../../src/data/task';
import { type Intervention, NO_INTERVENTION } from '../../src/experiment/interventions';
import { parseMethod } from '../../src/experiment/methods/names';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';
import type { ModelConfig } from '../../src/model/config';
import type { ReplayCase } from '../../src/training/replay';
import type { PlainReading } from './plainForward';
import { randomCase } from './randomCase';

/** Methods of every scheme and form, alone and with what combines with it. */
export const INTERVENED = [
	'vanilla',
	'gqa:1',
	'cla:2',
	'cla:3+gqa:1',
	'resformer',
	'resformer:constant(1.5;-0.5)+gqa:1',
	'resformer:sparse',
	'resformer:learnable',
	'resformer:plus',
	'resformer:dense',
	'svformer',
	'neutreno',
	'neutreno+resformer+gqa:1',
	'cross-layer',
	'cross-layer+gqa:1',
	'denseformer',
	'denseformer+resformer:dense+gqa:1',
	'denseformer+cross-layer',
	'query-residual',
	'key-residual',
	'attention-residual+gqa:1',
	'hidden-residual',
	'skipv1',
	'skipv1+value-embedding+gate:head',
	'value-embedding',
	'value-embedding+svformer',
	'neutreno+value-embedding+gqa:1',
	'neutreno+resformer+value-embedding',
	'cross-layer+value-embedding',
	'hidden-residual+value-embedding',
	'cla:2+value-embedding+qk-norm',
	'qk-norm+gqa:1+hidden-residual',
	'sink:learned',
	'sink:learned+cross-layer+gqa:1',
	'sink:zero+resformer:learnable',
	'gate:head',
	'gate:element+neutreno',
	'gate:head+sink:learned+qk-norm+resformer',
];

/** A method with random weights: L 4, H 3, a head of 6, V 11. */
export function intervenedCase(name: string, change: Partial<Experiment> = {}): ReplayCase {
	const sizes = { layers: 4, heads: 3, hiddenSize: 18, intermediateSize: 10, sequenceLength: 13, batchSize: 1, ...change };
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	const { experiment, problems } = readExperiment({ ...sizes, methods: [name], steps: 4 });
	if (problems.length) throw new Error(problems[0].message);
	return randomCase(experiment, parsed.method, 11, 1);
}

/** Each kind alone, at its limits too, and all together; λ if the model has any. */
export function interventionsOn({ model, weights }: Pick<ReplayCase, 'model' | 'weights'>, shown: number): Record<string, Intervention> {
	const random = stream(3, 'edits');
	const { layers, heads } = model;
	const controls = controlsOf(model, weights);
	const lambdas = controls.map(({ layer, index }) => ({ layer, index, value: 2 * random.normal() }));
	const alone: Record<string, Partial<Intervention>> = {
		'one λ': { lambdas: lambdas.slice(-1) },
		'every λ': { lambdas },
		'without V₁': { withoutFirstValues: true },
		'without V₁, whatever its λ': { lambdas, withoutFirstValues: true },
		'a key that no query of one layer sees': { maskedKeys: [{ layer: layers - 1, key: Math.floor(shown / 2) }] },
		'the first key gone, so that one query sees none': { maskedKeys: [{ layer: null, key: 0 }] },
		'every key gone': { maskedKeys: Array.from({ length: shown }, (_, key) => ({ layer: 1, key })) },
		'a head off in two layers': {
			headsOff: [
				{ layer: 0, head: heads - 1 },
				{ layer: layers - 1, head: 0 },
			],
		},
		'values scaled': {
			valueScales: [
				{ layer: 1, key: 0, value: 3 },
				{ layer: null, key: shown - 1, value: 0 },
				{ layer: 1, key: 0, value: -0.5 },
			],
		},
		'softmax off by one': { sinkLogit: true },
	};
	const together: Partial<Intervention> = {
		lambdas: lambdas.slice(0, 3),
		maskedKeys: [
			{ layer: null, key: 0 },
			{ layer: 2, key: 3 },
		],
		headsOff: [{ layer: 1, head: 1 }],
		valueScales: [{ layer: null, key: 1, value: 2.5 }],
		sinkLogit: true,
	};
	const all = { ...alone, together };
	return Object.fromEntries(
		Object.entries(all)
			.filter(([, edit]) => edit.lambdas?.length !== 0)
			.map(([name, edit]) => [name, { ...NO_INTERVENTION, ...edit }]),
	);
}

/** Tokens and targets of a sequence of `shown` tokens; every fourth position has no target. */
export function sequenceOf({ model }: Pick<ReplayCase, 'model'>, shown: number): { tokens: number[]; targets: number[] } {
	const random = stream(4, 'text', shown);
	const draw = () => Array.from({ length: shown }, () => random.integer(model.vocabularySize));
	return { tokens: draw(), targets: draw().map((token, i) => (i % 4 === 3 ? IGNORED : token)) };
}

/** Mean over KV heads of ‖x‖ at each position, [L·T]; one head = the whole row. */
export const norms = (layers: readonly number[][][], { hiddenSize, heads }: ModelConfig, whole: boolean): number[] =>
	layers.flat().map((row) => {
		const size = whole ? hiddenSize : hiddenSize / heads;
		const parts = Array.from({ length: row.length / size }, (_, p) => Math.hypot(...row.slice(p * size, (p + 1) * size)));
		return parts.reduce((total, norm) => total + norm, 0) / parts.length;
	});

/** The numbers that the page shows of a forward pass, in one array. */
export const shownParts = (reading: PlainReading, config: ModelConfig): Record<string, number[]> => ({
	probabilities: reading.attention.flat(3),
	valueNorms: norms(reading.value, config, false),
	mixedNorms: norms(reading.mixed, config, false),
	hiddenNorms: norms(reading.hidden, config, true),
	losses: reading.losses,
	logits: reading.logits.flat(),
});

/** Largest |a − b| / max(1, |b|); throws if their sizes differ, or if only one is NaN. */
export function distance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
	if (found.length !== wanted.length) throw new Error(`${found.length} numbers, not ${wanted.length}`);
	let largest = 0;
	for (let i = 0; i < wanted.length; i++) {
		if (Number.isNaN(found[i]) && Number.isNaN(wanted[i])) continue;
		const error = Math.abs(found[i] - wanted[i]) / Math.max(1, Math.abs(wanted[i]));
		if (!Number.isFinite(error)) throw new Error(`number ${i} is ${found[i]}, not ${wanted[i]}`);
		largest = Math.max(largest, error);
	}
	return largest;
}
