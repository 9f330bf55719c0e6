import { expect, it } from 'vitest';
import { displayed, sharedLimit } from '../../src/ui/attention/display';
import { SCALES } from '../../src/ui/theme/attentionScale';
import { runInfo } from '../session/client/fakePort';
import { frameOf } from './invented';

const frame = frameOf(runInfo('resformer'), 200);
const { layers, heads, length: T } = frame;
/** Every A_ij of the frame. */
const cells = Array.from({ length: layers * heads * T * T }, (_, i) => ({
	i,
	layer: Math.floor(i / (heads * T * T)),
	query: Math.floor(i / T) % T,
	key: i % T,
}));

it('what is moved is attention times the norm of the value that the layer reads', () => {
	const { probabilities } = displayed(frame, 'moved');
	for (const { i, layer, key } of cells)
		expect(probabilities[i]).toBeCloseTo(frame.probabilities[i] * frame.mixedNorms[layer * T + key], 6);
	// The first value of the frame is smaller than the others, so that the two maps differ.
	expect(frame.mixedNorms[0]).not.toBeCloseTo(frame.mixedNorms[1], 1);
});

it('rows without the first token sum to 1, in the proportions that they had', () => {
	const { probabilities } = displayed(frame, 'withoutFirst');
	for (const { i, query, key } of cells) {
		if (key !== 0) continue;
		expect(probabilities[i]).toBeNaN();
		const row = Array.from(probabilities.subarray(i + 1, i + T));
		if (query === 0) expect(row.every(Number.isNaN)).toBe(true);
		else {
			expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
			expect(row[0] / row[query - 1]).toBeCloseTo(frame.probabilities[i + 1] / frame.probabilities[i + query], 3);
		}
	}
});

it('a row that gives everything to the first token stays empty, because its rest is rounding', () => {
	const probabilities = Float32Array.from({ length: T * T }, (_, i) => (i % T === 0 ? 0.9995 : i % T === 1 && i > T ? 0.0005 : 0));
	const rest = displayed({ ...frame, layers: 1, heads: 1, probabilities }, 'withoutFirst');
	expect(rest.probabilities.every(Number.isNaN)).toBe(true);
});

it('attention is shown as it is, and a display of a frame is made once', () => {
	expect(displayed(frame, 'attention')).toBe(frame);
	expect(displayed(frame, 'moved')).toBe(displayed(frame, 'moved'));
});

it('maps of all runs share a scale: to 1, or to the largest norm of a value that is read', () => {
	const other = { ...frame, mixedNorms: frame.mixedNorms.map((norm) => 2 * norm) };
	expect(sharedLimit([frame, null, other], 'moved')).toBe(Math.max(...other.mixedNorms));
	expect(sharedLimit([frame, other], 'withoutFirst')).toBe(1);
	expect(sharedLimit([], 'moved')).toBe(1);
});

it('a logarithmic scale gives each factor of ten as much room, from a ten-thousandth on', () => {
	expect([1, 0.1, 0.01, 0.001].map(SCALES.log)).toEqual([1, 0.75, 0.5, 0.25].map((t) => expect.closeTo(t, 9)));
	expect([0, 1e-5, 1e-4].map(SCALES.log)).toEqual([0, 0, 0]);
});
