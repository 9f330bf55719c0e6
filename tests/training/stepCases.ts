/** Small steps of every method, with sizes that nothing divides among them, for tests that compute the same steps in two ways. */
import { expect } from 'vitest';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { parseMethod } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import type { GpuContext } from '../../src/gpu/gpuContext';
import { type ReplayCase, replay } from '../../src/training/replay';
import { randomCase } from '../support/randomCase';

/** Heads of whole vec4s, and sizes that nothing divides. */
export const SIZES = [
	{ layers: 3, heads: 2, hiddenSize: 32, intermediateSize: 40, sequenceLength: 33, batchSize: 8, microBatches: 4 },
	{ layers: 3, heads: 3, hiddenSize: 18, intermediateSize: 7, sequenceLength: 19, batchSize: 9, microBatches: 3 },
];

export function caseOf(name: string, sizes: (typeof SIZES)[number], fields: Record<string, unknown> = {}): ReplayCase {
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	const { experiment, problems } = readExperiment({ ...sizes, methods: [name], steps: 6, warmupSteps: 2, learningRate: 3e-3, ...fields });
	expect(problems).toEqual([]);
	return randomCase(experiment, parsed.method, 23, 2);
}

const COMBINED = 'gate:head+sink:learned+qk-norm+value-embedding+resformer:learnable';

export interface StepCase {
	name: string;
	sizes: (typeof SIZES)[number];
	fields?: Record<string, unknown>;
}

export const CASES: readonly StepCase[] = [
	...METHODS.map(({ name }, i) => ({ name: i % 2 ? name.replace('gqa:2', 'gqa:1') : name, sizes: SIZES[i % 2] })),
	...SIZES.map((sizes) => ({ name: COMBINED, sizes })),
	{ name: COMBINED, sizes: SIZES[0], fields: { optimizer: 'sgd', momentum: 0.7, learningRate: 0.05, clip: 0.5 } },
	{ name: 'gate:element+value-embedding', sizes: SIZES[1], fields: { optimizer: 'muon' } },
	{ name: 'vanilla', sizes: SIZES[1], fields: { tieWordEmbeddings: true } },
];

/** True for several changes at once, or an optimiser other than AdamW. */
export const isCombined = ({ name, fields }: StepCase): boolean => name === COMBINED || fields !== undefined;

/** ‖a − b‖ / ‖b‖ over all parameters, which have the same names and sizes in both, and are not all close to 0 in b. */
export function distance(a: ReadonlyMap<string, ArrayLike<number>>, b: ReadonlyMap<string, ArrayLike<number>>): number {
	let [difference, norm] = [0, 0];
	for (const [name, numbers] of b) {
		const other = a.get(name) as ArrayLike<number>;
		expect(other, name).toHaveLength(numbers.length);
		for (let i = 0; i < numbers.length; i++) {
			difference += (other[i] - numbers[i]) ** 2;
			norm += numbers[i] ** 2;
		}
	}
	expect(norm).toBeGreaterThan(0.01);
	return Math.sqrt(difference / norm);
}

/** Gradients of a case's first step, and the losses and norms of its steps. */
export async function trained(gpu: GpuContext, replayed: ReplayCase) {
	const gradients = new Map<string, ArrayLike<number>>();
	const steps: number[][] = [];
	await replay(gpu, replayed, 2, {
		stepped: ({ loss, gradNorm }) => steps.push([loss, gradNorm]),
		gradients: (found) => {
			for (const [name, { data }] of found) gradients.set(name, data);
		},
	});
	return { gradients, steps };
}
