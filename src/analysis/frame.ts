import type { FrameArrays } from '../experiment/records/frame';
import type { ModelConfig } from '../model/config';
import { headSinkRates, positionNorms } from './measures';
import { type Probed, probeOutput } from './probe';
import { type Numbers, type ProbeReadback, type ProbeShape, receivedAttention } from './states';

/** Parts that a probe must output so that `sequenceFrame` can read them. */
export const FRAME_PARTS = ['attention', 'value', 'mixed', 'hidden'] as const satisfies readonly Probed[];

/** The frame of the first sequence of a probe of `shape` with the outputs `FRAME_PARTS`. Sink rates are over all its sequences. */
export function sequenceFrame(config: ModelConfig, shape: ProbeShape, readback: ProbeReadback): FrameArrays {
	const { layers, heads, kvHeads } = config;
	const { batchSize, length } = shape;
	const first = { batchSize: 1, length };
	const maps = heads * length ** 2;
	const each = (size: number, numbers: (layer: number) => ArrayLike<number>) => {
		const all = new Float32Array(layers * size);
		for (let n = 0; n < layers; n++) all.set(numbers(n), n * size);
		return all;
	};
	const norms = (part: Probed, parts = 1) =>
		each(length, (n) => {
			const states = readback[probeOutput(part, n)];
			return positionNorms(states.subarray(0, states.length / batchSize), first, parts);
		});
	return {
		probabilities: each(maps, (n) => readback[probeOutput('attention', n)].subarray(0, maps)),
		valueNorms: norms('value', kvHeads),
		mixedNorms: norms('mixed', kvHeads),
		hiddenNorms: norms('hidden'),
		sinkRates: each(heads, (n) =>
			headSinkRates(receivedAttention(readback[probeOutput('attention', n)], batchSize * heads, length), shape, heads),
		),
	};
}

/** Crops the outputs of a probe of one sequence of `length` tokens to its first `shown` tokens. */
export function croppedSequence(config: ModelConfig, length: number, shown: number, readback: ProbeReadback): ProbeReadback {
	if (shown === length) return readback;
	const { layers, heads } = config;
	const entries = Array.from({ length: layers }, (_, n) => n).flatMap((n) =>
		FRAME_PARTS.map((part): [string, Numbers] => {
			const name = probeOutput(part, n);
			const numbers = readback[name];
			if (part !== 'attention') return [name, numbers.subarray(0, (numbers.length / length) * shown)];
			const maps = new Float32Array(heads * shown ** 2);
			for (let row = 0; row < heads * shown; row++) {
				const at = (Math.floor(row / shown) * length + (row % shown)) * length;
				maps.set(numbers.subarray(at, at + shown), row * shown);
			}
			return [name, maps];
		}),
	);
	return Object.fromEntries(entries);
}
