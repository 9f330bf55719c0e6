import type { Batch } from '../data/task';

/** What a model reads at some positions: tokens, or n numbers for each of them. */
export type Source = Pick<Batch, 'inputs' | 'vectors'>;

/** Numbers for the graph input that `declareSource` declares, by its name. */
export const sourceInputs = ({ inputs, vectors }: Source): Record<string, ArrayLike<number>> =>
	vectors ? { vectors: vectors.inputs } : { tokens: inputs };

/** Numbers for the graph inputs that `declareSource` and `declareTargets` declare, by their names. */
export const batchInputs = (batch: Source & Pick<Batch, 'targets'>): Record<string, ArrayLike<number>> => ({
	...sourceInputs(batch),
	...(batch.vectors ? { targetVectors: batch.vectors.targets } : { targets: batch.targets }),
});

/** `count` sequences of a batch, from sequence `first` on. */
export function sequencesOf({ inputs, vectors, sequenceLength }: Batch, first: number, count: number): Source {
	const [from, to] = [first * sequenceLength, (first + count) * sequenceLength];
	if (!vectors) return { inputs: inputs.slice(from, to) };
	const size = vectors.inputs.length / inputs.length;
	const part = (numbers: Float32Array) => numbers.slice(from * size, to * size);
	return { inputs: inputs.slice(from, to), vectors: { inputs: part(vectors.inputs), targets: part(vectors.targets) } };
}
