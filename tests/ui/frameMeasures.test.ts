import { expect, it } from 'vitest';
import { analysisOf } from '../../src/analysis/analysis';
import { sequenceFrame } from '../../src/analysis/frame';
import { probeStates } from '../../src/analysis/states';
import { stream } from '../../src/data/random';
import { MEASURE_KEYS } from '../../src/experiment/measures';
import type { Frame } from '../../src/experiment/records/frame';
import type { ModelConfig } from '../../src/model/config';
import { FrameRecorder } from '../../src/session/client/runs/frames';
import { atStepZero } from '../../src/ui/charts/stepZero';
import { measureOfFrame } from '../../src/ui/measures/frameMeasures';
import { view } from './views';

const [L, H, T, D] = [2, 2, 9, 8];
const config = { layers: L, heads: H, kvHeads: H, hiddenSize: D, ablationResidual: null } as ModelConfig;
const shape = { batchSize: 1, length: T };
const random = stream(3, 'frame measures');
const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());

/** Probabilities of random logits, the first key's so high that some heads have a sink. */
function attention(): Float32Array {
	const rows = Array.from({ length: H * T }, (_, row) => {
		const seen = (row % T) + 1;
		const weights = Array.from({ length: seen }, (_, key) => Math.exp(2 * random.normal() + (key === 0 && row < T ? 3 : 0)));
		const sum = weights.reduce((a, b) => a + b);
		return [...weights.map((weight) => weight / sum), ...new Array(T - seen).fill(0)];
	});
	return Float32Array.from(rows.flat());
}

const readback = Object.fromEntries(
	Array.from({ length: L }, (_, n) => [
		[`attention.${n}`, attention()],
		...['query', 'key', 'value', 'mixed', 'update', 'hidden'].map((part) => [`${part}.${n}`, draw(T * D)]),
	]).flat(),
);
const frame: Frame = {
	run: 'vanilla-1',
	step: 0,
	layers: L,
	heads: H,
	length: T,
	tokens: new Array(T).fill('a'),
	...sequenceFrame(config, shape, readback),
};

it('measures of a frame are those that a run reports for the same sequence', () => {
	const analysis = analysisOf(config, probeStates(config, shape, readback), { costly: false });
	const known = MEASURE_KEYS.filter((key) => measureOfFrame(frame, key) !== null);
	expect(known).toEqual(expect.arrayContaining(['sinkAttention', 'sinkRate', 'maxAlpha', 'entropy', 'topImportance3', 'drain', 'peak']));
	for (const key of known) {
		const expected = (analysis[key] ?? []).map((value) => expect.closeTo(value, 5));
		expect([key, measureOfFrame(frame, key)]).toEqual([key, expected]);
	}
});

it('the line of step 0 is the mean of the first probes, and absent without them', () => {
	const recorder = new FrameRecorder();
	recorder.add(frame);
	recorder.add({ ...frame, step: 50, probabilities: new Float32Array(L * H * T * T) });
	const probed = { ...view('vanilla', 1, [4, 3]), frames: recorder.view() };
	const expected = measureOfFrame(frame, 'sinkAttention')?.map((value) => expect.closeTo(value, 4));
	expect(atStepZero([probed, view('svformer', 1, [4, 3])], 'sinkAttention')).toEqual(expected);
	expect(atStepZero([probed], 'stableRank')).toBeNull();
	expect(atStepZero([view('svformer', 1, [4, 3])], 'sinkAttention')).toBeNull();
});
