/** Every method at sizes that nothing divides, over whole training steps on the GPU against the float64 interpreter. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../src/data/random';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { parseMethod } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import { GpuContext } from '../../src/gpu/gpuContext';
import { type ReplayCase, replay } from '../../src/training/replay';
import { Trainer, trainerPlans } from '../../src/training/trainer';
import { errorOf } from '../cli/cases';
import { randomCase, truth } from '../support/randomCase';
import { openTestGpu } from '../support/webgpu';

/** Past the first update, and past the second, so that a number fixed in a plan would show. */
const STEPS = 3;
const VOCABULARY = 23;

/** Every entry of the catalogue, and combinations that no oracle case has. */
const NAMES = [
	...METHODS.map(({ name }) => name.replace('gqa:2', 'gqa:1')),
	'resformer:plus+gqa:1',
	'denseformer+resformer:dense+gqa:1',
	'neutreno(-1.5)+gqa:1',
	'neutreno+resformer+gqa:1',
	'cross-layer+gqa:1',
	'denseformer+cross-layer',
	'denseformer+neutreno',
	'denseformer+cla:3+gqa:1',
	'attention-residual+gqa:1',
	'key-residual+gqa:1',
	'skipv1+denseformer',
	'skipv1+value-embedding+sink:learned',
	'value-embedding+qk-norm+cla:3+gqa:1',
	'qk-norm+cross-layer+gqa:1',
	'qk-norm+hidden-residual',
	'sink:learned+query-residual',
	'sink:learned+svformer+gate:element',
	'sink:zero+neutreno+gate:head+gqa:1',
	'gate:head+sink:learned+qk-norm+value-embedding+resformer:dense',
];

/** The other optimisers, on methods that have each kind of parameter. */
const WITH_OPTIMIZERS = [
	['gate:head+sink:learned+value-embedding+resformer:learnable', { optimizer: 'sgd', momentum: 0.7, learningRate: 0.05 }],
	['denseformer+gate:element+gqa:1', { optimizer: 'sgd', clip: 0 }],
	['gate:element+value-embedding+qk-norm', { optimizer: 'muon' }],
	['skipv1+denseformer', { optimizer: 'muon', muonMomentum: 0.7, clip: 0 }],
	['vanilla', { optimizer: 'muon', tieWordEmbeddings: true }],
] as const;

/** A method at sizes drawn by its name. */
function caseOf(name: string, fields: Record<string, unknown> = {}): ReplayCase {
	const random = stream(5, 'sizes', name);
	const pick = <T>(...choices: T[]): T => choices[random.integer(choices.length)];
	const sizes = {
		layers: pick(2, 3, 4),
		heads: 3,
		hiddenSize: pick(6, 12, 18, 30),
		intermediateSize: pick(5, 33, 70),
		sequenceLength: pick(5, 18, 37),
		batchSize: pick(1, 2, 5),
	};
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	const { experiment } = readExperiment({ ...sizes, methods: [name], steps: 6, warmupSteps: 2, learningRate: 3e-3, ...fields });
	expect(experiment).toMatchObject({ ...sizes, ...fields, methods: [parsed.method.name] });
	return randomCase(experiment, parsed.method, VOCABULARY, STEPS);
}

let gpu: GpuContext;
beforeAll(async () => {
	gpu = await GpuContext.open(openTestGpu().gpu);
});
afterAll(() => gpu.close());

describe('whole training steps like the float64 interpreter’s', () => {
	const cases = [
		...NAMES.map((name) => ({ name, replayed: caseOf(name) })),
		...WITH_OPTIMIZERS.map(([method, fields]) => ({ name: `${fields.optimizer} on ${method}`, replayed: caseOf(method, fields) })),
	];
	it.each(cases)(
		'$name: L $replayed.model.layers, d $replayed.model.hiddenSize, T $replayed.length, B $replayed.batchSize',
		async ({ replayed }) => {
			const wanted = truth(replayed);
			// A single λ's gradient may be close to 0 by chance, and float32 then has fewer correct digits of it.
			const floor = 1e-3 * Math.max(...[...wanted.gradients.values()].map((numbers) => errorOf(numbers, numbers)[0]));
			let step = 0;
			await replay(gpu, replayed, STEPS, {
				stepped: ({ loss, gradNorm }) => {
					const { loss: trueLoss, gradNorm: trueNorm } = wanted.steps[step];
					expect(Math.abs(loss - trueLoss), `loss of step ${step}`).toBeLessThan(step ? 1e-4 : 1e-5);
					expect(Math.abs(gradNorm / trueNorm - 1), `gradient norm of step ${step}`).toBeLessThan(1e-3);
					step++;
				},
				gradients: (found) => {
					expect(found.size).toBe(wanted.gradients.size);
					for (const [parameter, numbers] of wanted.gradients) {
						const [largest, error] = errorOf(found.get(parameter)?.data ?? [], numbers);
						expect(error / Math.max(largest, floor), `gradient of ${parameter}`).toBeLessThan(2e-4);
					}
				},
			});
			expect(step).toBe(STEPS);
		},
	);
});

/** A trainer of a case with weights of another: of one seed, where they share a name. */
async function trainerOf({ model, training, ...shape }: ReplayCase, weights: ReplayCase['weights']): Promise<Trainer> {
	const plans = { ...trainerPlans(model, shape, gpu.adapter), probe: null, probeSequences: 0 };
	return Trainer.create(gpu, structuredClone(model), training, plans, weights);
}

it('λ can change between two steps without another plan: NeuTRENO with λ = 0 is vanilla', async () => {
	const neutreno = caseOf('neutreno');
	const vanilla: ReplayCase = { ...neutreno, model: { ...neutreno.model, valueScheme: caseOf('vanilla').model.valueScheme } };
	const [moved, plain] = [await trainerOf(neutreno, neutreno.weights), await trainerOf(vanilla, neutreno.weights)];
	const losses = async () => [(await moved.evaluate(neutreno.batch(0))).loss, (await plain.evaluate(neutreno.batch(0))).loss];
	const [pulled, own] = await losses();
	expect(Math.abs(pulled - own)).toBeGreaterThan(1e-4);
	moved.config.valueScheme.lambda = 0;
	const [still, same] = await losses();
	expect(still).toBeCloseTo(same, 6);
	const [first, second] = [await moved.advance(neutreno.batch(0)), await plain.advance(neutreno.batch(0))];
	expect(first.gradNorm).toBeCloseTo(second.gradNorm, 5);
	for (const trainer of [moved, plain]) trainer.destroy();
});
