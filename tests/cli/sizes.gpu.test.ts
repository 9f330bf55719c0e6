/** Whole training steps against the float64 interpreter, at sizes that no tile divides. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/compiler/profile';
import { methodsOf } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import { GpuContext } from '../../src/gpu/gpuContext';
import { type ReplayCase, replay } from '../../src/training/replay';
import { randomCase, truth } from '../support/randomCase';
import { openTestGpu } from '../support/webgpu';
import { errorOf } from './cases';

interface Sizes {
	method: string;
	layers: number;
	heads: number;
	hiddenSize: number;
	intermediateSize: number;
	vocabulary: number;
	sequenceLength: number;
	batchSize: number;
	clip?: number;
	tieWordEmbeddings?: boolean;
}

/** Past the first update, and past the second, so that a step number fixed in a plan would show. */
const STEPS = 4;

// biome-ignore format: a table
const SIZES: readonly Sizes[] = [
	{ method: 'vanilla', layers: 2, heads: 3, hiddenSize: 18, intermediateSize: 7, vocabulary: 89, sequenceLength: 37, batchSize: 5 },
	{ method: 'resformer', layers: 3, heads: 3, hiddenSize: 18, intermediateSize: 7, vocabulary: 89, sequenceLength: 37, batchSize: 5, clip: 0 },
	{ method: 'resformer:learnable+gqa:1', layers: 4, heads: 5, hiddenSize: 70, intermediateSize: 33, vocabulary: 11, sequenceLength: 9, batchSize: 3 },
	{ method: 'svformer+gqa:2', layers: 2, heads: 6, hiddenSize: 36, intermediateSize: 101, vocabulary: 67, sequenceLength: 65, batchSize: 2 },
	{ method: 'resformer:sparse', layers: 5, heads: 1, hiddenSize: 2, intermediateSize: 1, vocabulary: 3, sequenceLength: 2, batchSize: 1 },
	{ method: 'resformer:constant', layers: 2, heads: 33, hiddenSize: 132, intermediateSize: 130, vocabulary: 257, sequenceLength: 17, batchSize: 7, tieWordEmbeddings: true },
	{ method: 'vanilla', layers: 1, heads: 1, hiddenSize: 130, intermediateSize: 66, vocabulary: 70, sequenceLength: 131, batchSize: 1 },
];

function caseOf({ method: name, vocabulary, ...sizes }: Sizes): ReplayCase {
	const { experiment, problems } = readExperiment({ ...sizes, methods: name, steps: 6, warmupSteps: 2, learningRate: 3e-3 });
	if (problems.length) throw new Error(problems[0].message);
	const [method] = methodsOf(experiment);
	return randomCase(experiment, method, vocabulary, STEPS);
}

const expected = new Map<Sizes, ReturnType<typeof truth>>();

describe.each(PROFILES)('the $name kernels train like the float64 interpreter', (profile) => {
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profile);
	});
	afterAll(() => gpu.close());

	it.each(SIZES)(
		'$method, L $layers, H $heads, d $hiddenSize, ffn $intermediateSize, V $vocabulary, T $sequenceLength, B $batchSize',
		async (sizes) => {
			const replayed = caseOf(sizes);
			const { steps, gradients } = expected.get(sizes) ?? truth(replayed);
			expected.set(sizes, { steps, gradients });
			const found: typeof steps = [];
			await replay(gpu, replayed, STEPS, {
				stepped: ({ loss, gradNorm }) => found.push({ loss, gradNorm }),
				gradients: (mine) => {
					// A gradient that is 0 by its maths, such as a query's if only first positions count, is rounding error on a GPU.
					const floor = 1e-5 * Math.max(...[...gradients.values()].map((wanted) => errorOf(wanted, wanted)[0]));
					for (const [name, wanted] of gradients) {
						const [largest, error] = errorOf(mine.get(name)?.data ?? [], wanted);
						expect(error / Math.max(largest, floor), `gradient of ${name}`).toBeLessThan(2e-4);
					}
				},
			});
			expect(found).toHaveLength(STEPS);
			found.forEach(({ loss, gradNorm }, step) => {
				expect(Math.abs(loss - steps[step].loss), `loss of step ${step}`).toBeLessThan(step ? 1e-4 : 1e-5);
				expect(Math.abs(gradNorm / steps[step].gradNorm - 1), `gradient norm of step ${step}`).toBeLessThan(1e-3);
			});
		},
	);
});
