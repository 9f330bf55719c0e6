import type { Batch } from '../data/task';
import { COUNTED } from '../model/batchTensors';
import { FIRST } from './trainingGraphs';

/** What a model reads at some positions: tokens, or n numbers for each of them. */
export type Source = Pick<Batch, 'inputs' | 'vectors'>;

type WithTargets = Pick<Batch, 'targets'>;

/** Numbers for the graph input that `declareSource` declares, by its name. */
export const sourceInputs = ({ inputs, vectors }: Source): Record<string, ArrayLike<number>> =>
	vectors ? { vectors: vectors.inputs } : { tokens: inputs };

/** Numbers for the graph inputs that `declareSource` and `declareTargets` declare, by their names. */
export const batchInputs = (batch: Source & WithTargets): Record<string, ArrayLike<number>> => ({
	...sourceInputs(batch),
	...(batch.vectors ? { targetVectors: batch.vectors.targets } : { targets: batch.targets }),
});

/** `count` sequences of a batch, from sequence `first` on. */
export function sequencesOf({ inputs, targets, vectors, sequenceLength }: Batch, first: number, count: number): Source & WithTargets {
	const [from, to] = [first * sequenceLength, (first + count) * sequenceLength];
	const tokens = { inputs: inputs.slice(from, to), targets: targets.slice(from, to) };
	if (!vectors) return tokens;
	const size = vectors.inputs.length / inputs.length;
	const part = (numbers: Float32Array) => numbers.slice(from * size, to * size);
	return { ...tokens, vectors: { inputs: part(vectors.inputs), targets: part(vectors.targets) } };
}

/** The parts of equal size that a batch is computed in, in the order of its sequences. */
export function microBatchesOf(batch: Batch, count: number): (Source & WithTargets)[] {
	if (count === 1) return [batch];
	const size = batch.batchSize / count;
	return Array.from({ length: count }, (_, part) => sequencesOf(batch, part * size, size));
}

/** Number of positions with a loss. */
export const countedIn = ({ targets }: WithTargets): number => targets.reduce((count, target) => count + (target >= 0 ? 1 : 0), 0);

/** Numbers for the inputs of a training step's graph, but for `hyper` and λ: of each micro-batch, in order. */
export function stepInputs(batch: Batch, microBatches: number): Record<string, ArrayLike<number>>[] {
	const parts = microBatchesOf(batch, microBatches).map(batchInputs);
	if (microBatches === 1) return parts;
	const shared: Record<string, number[]> = batch.vectors ? {} : { [COUNTED]: [Math.max(1, countedIn(batch))] };
	return parts.map((inputs, part) => ({ ...inputs, ...shared, [FIRST]: [part === 0 ? 1 : 0] }));
}
