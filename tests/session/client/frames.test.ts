import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/experiment/records/frame';
import { FrameMemory, FrameRecorder, latestFrame, packFrame, unpackFrame } from '../../../src/session/client/runs/frames';

/** A probe whose rows are random and sum to 1. */
function frame(step: number, { layers = 2, heads = 3, length = 16 } = {}): Frame {
	const probabilities = new Float32Array(layers * heads * length * length);
	for (let row = 0; row < layers * heads * length; row++) {
		const weights = Array.from({ length: (row % length) + 1 }, (_, j) => 0.01 + Math.abs(Math.sin(row * 7.3 + j * 3.1 + step)));
		const sum = weights.reduce((a, b) => a + b, 0);
		for (const [j, weight] of weights.entries()) probabilities[row * length + j] = weight / sum;
	}
	const norms = (seed: number) => Float32Array.from({ length: layers * length }, (_, i) => seed + i + step / 1000);
	return {
		run: 'vanilla-1',
		step,
		layers,
		heads,
		length,
		tokens: Array.from({ length }, (_, i) => `t${i}`),
		probabilities,
		valueNorms: norms(1),
		mixedNorms: norms(2),
		hiddenNorms: norms(3),
		sinkRates: Float32Array.from({ length: layers * heads }, (_, i) => step + i),
	};
}

describe('a packed probe', () => {
	it('is unpacked within the precision of 16 bits, norms exactly', () => {
		const before = frame(40);
		const { probabilities, ...rest } = unpackFrame(packFrame(before));
		const { probabilities: wanted, ...exact } = before;
		expect(rest).toEqual(exact);
		expect(Math.max(...wanted.map((p, i) => Math.abs(p - probabilities[i])))).toBeLessThan(0.51 / 65535);
		expect(probabilities[1]).toBe(0);
	});

	it('takes a quarter of its size', () => {
		const large = frame(0, { layers: 8, heads: 8, length: 64 });
		expect(packFrame(large).packed.byteLength).toBeLessThan(0.26 * large.probabilities.byteLength);
	});
});

describe('the probes of a run', () => {
	it('stay within their memory over a long training, evenly, with the first and the latest', () => {
		const memory = new FrameMemory(12 * 40_000);
		const recorders = Array.from({ length: 12 }, () => new FrameRecorder(memory));
		for (let step = 0; step <= 5000; step += 20) for (const recorder of recorders) recorder.add(frame(step));
		for (const recorder of recorders) {
			const { steps } = recorder.view();
			const each = packFrame(frame(0));
			const bytes = each.packed.byteLength + 3 * each.valueNorms.byteLength + each.sinkRates.byteLength;
			// The latest is the exact one that the maps show anyway.
			expect((steps.length - 1) * bytes).toBeLessThanOrEqual(40_000);
			expect((steps.length - 1) * bytes).toBeGreaterThan(15_000);
			expect([steps[0], steps.at(-1)]).toEqual([0, 5000]);
			const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]);
			expect(new Set(gaps).size).toBe(1);
		}
	});

	it('keep sink rates at more steps than maps, and bound those too', () => {
		const recorder = new FrameRecorder(new FrameMemory(40_000));
		for (let step = 0; step < 500; step++) recorder.add(frame(step));
		const { steps, sinks } = recorder.view();
		expect(steps.length).toBeLessThan(40);
		expect(sinks.steps).toHaveLength(500);
		expect(sinks.rates[321][2]).toBe(323);
		for (let step = 500; step < 5000; step++) recorder.add(frame(step, { layers: 1, heads: 1, length: 2 }));
		expect(recorder.view().sinks.steps.length).toBeLessThanOrEqual(2048);
		expect(recorder.view().sinks.steps.at(-1)).toBe(4999);
	});

	it('are thinned out when a run is added, and get a new track', () => {
		const memory = new FrameMemory(100_000);
		const recorder = new FrameRecorder(memory);
		for (let step = 0; step < 60; step++) recorder.add(frame(step));
		const before = recorder.view();
		const other = new FrameRecorder(memory);
		other.add(frame(0));
		expect(recorder.view().steps.length).toBeLessThan(before.steps.length);
		expect(before.at(1).step).toBe(before.steps[1]);
		other.release();
		const after = recorder.view();
		new FrameRecorder(new FrameMemory(100_000));
		expect(recorder.view()).toBe(after);
	});

	it('are the same object when read again, and exact at the latest step', () => {
		const recorder = new FrameRecorder();
		const latest = frame(20);
		recorder.add(frame(0));
		recorder.add(frame(10));
		recorder.add(latest);
		const track = recorder.view();
		expect(track.at(1)).toBe(track.at(1));
		expect(track.at(1).step).toBe(10);
		expect(track.at(2).probabilities).toBe(latest.probabilities);
		expect(track.at(0).tokens).toBe(track.at(2).tokens);
		expect([...track.sinkRates(1)]).toEqual([...frame(10).sinkRates]);
	});

	it('are forgotten after a step that training goes back to; older tracks keep theirs', () => {
		const recorder = new FrameRecorder();
		for (const step of [0, 10, 20, 30]) recorder.add(frame(step));
		const before = recorder.view();
		recorder.rewind(15);
		expect(recorder.view().steps).toEqual([0, 10]);
		recorder.add(frame(12));
		recorder.add(frame(12));
		expect(recorder.view().steps).toEqual([0, 10, 12]);
		expect(before.steps).toEqual([0, 10, 20, 30]);
		expect(before.at(3).step).toBe(30);
	});

	it('of three hundred ended runs stay within their memory: the latest of each packed, and those that ended first give way', () => {
		const each = packFrame(frame(0));
		const bytes = each.packed.byteLength + 3 * each.valueNorms.byteLength + each.sinkRates.byteLength;
		const exact = frame(0).probabilities.byteLength;
		const memory = new FrameMemory(200 * bytes, 4 * exact);
		const recorders = Array.from({ length: 300 }, () => new FrameRecorder(memory));
		for (const recorder of recorders) {
			for (const step of [0, 10, 20]) recorder.add(frame(step));
			recorder.end();
		}
		expect(recorders.reduce((sum, recorder) => sum + recorder.bytes, 0)).toBeLessThanOrEqual(200 * bytes);
		expect(recorders.reduce((sum, { exactBytes }) => sum + exactBytes, 0)).toBe(4 * exact);
		const [first, middle, last] = [recorders[0], recorders[200], recorders[299]].map((recorder) => recorder.view());
		expect([first.steps, first.sinks.steps]).toEqual([[], [0, 10, 20]]);
		expect(latestFrame(first)).toBeNull();
		expect(middle.steps).toEqual([20]);
		expect(latestFrame(middle)?.probabilities[0]).toBe(1);
		expect(latestFrame(last)?.probabilities).toBeInstanceOf(Float32Array);
		expect(last.steps.at(-1)).toBe(20);
	});
});
