import type { Batch } from './task';

/**
 * The batch with the sequence that maps show at its start: the one with the most distinct pairs of neighbouring tokens, since
 * repetitive sequences hide what a head looks for. It changes places with the first sequence.
 */
export function withShownFirst(batch: Batch): Batch {
	const shown = mostVaried(batch);
	if (shown === 0) return batch;
	const { inputs, targets, positionClass, vectors, batchSize } = batch;
	const swap = <Numbers extends Int32Array | Uint8Array | Float32Array>(numbers: Numbers): Numbers => {
		const each = numbers.length / batchSize;
		const swapped = numbers.slice() as Numbers;
		swapped.set(numbers.subarray(shown * each, (shown + 1) * each));
		swapped.set(numbers.subarray(0, each), shown * each);
		return swapped;
	};
	return {
		...batch,
		inputs: swap(inputs),
		targets: swap(targets),
		...(positionClass && { positionClass: swap(positionClass) }),
		...(vectors && { vectors: { inputs: swap(vectors.inputs), targets: swap(vectors.targets) } }),
	};
}

/** Index of the sequence with the most distinct pairs of neighbours; the first of equals. */
function mostVaried({ inputs, batchSize, sequenceLength }: Batch): number {
	let best = 0;
	let most = -1;
	for (let b = 0; b < batchSize; b++) {
		const tokens = inputs.subarray(b * sequenceLength, (b + 1) * sequenceLength);
		const pairs = new Set<string>();
		for (let t = 1; t < sequenceLength; t++) pairs.add(`${tokens[t - 1]} ${tokens[t]}`);
		if (pairs.size > most) [best, most] = [b, pairs.size];
	}
	return best;
}
