import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { readSeen, withResults } from '../../src/experiment/resultLink';
import { seenSentence, sharedMeasures } from '../../src/ui/answer/seen';
import { view } from './views';

const text = defaultExperiment();
const runs = [1, 2, 3].flatMap((seed) => [
	view('vanilla', seed, [3], { 100: { validationLoss: 2 + 0.01 * seed } }, 'Vanilla'),
	view('svformer', seed, [3], { 100: { validationLoss: 1.5 + 0.01 * seed } }, 'SVFormer'),
]);

describe('the results in a link', () => {
	it('are the answer’s comparisons, with seeds and intervals, once written into an address and read back', () => {
		const { seen, problems } = readSeen(`#${withResults('steps=100&v=1', sharedMeasures(text, runs, 'vanilla'))}`);
		expect(problems).toEqual([]);
		expect(seen.map(seenSentence)).toEqual([
			'After 100 steps, validation loss: 2.020 ± 0.025 in Vanilla and 1.520 ± 0.025 in SVFormer (3 seeds, 95 % intervals do not overlap Vanilla’s).',
		]);
	});

	it('claim nothing for one seed, and report overlapping intervals', () => {
		const group = (label: string, mean: number, half: number | null, n: number) => ({ name: label, label, mean, half, n });
		const measure = { measure: 'sinkAttention', layer: 1, step: 600 };
		expect(seenSentence({ ...measure, groups: [group('A', 0.11, null, 1), group('B', 0.03, null, 1)] })).toBe(
			'After 600 steps, attention to the first token in layer 2: 11 % in A and 3.0 % in B (one seed, so not separated).',
		);
		expect(seenSentence({ ...measure, groups: [group('A', 0.11, 0.02, 3), group('B', 0.1, 0.02, 3)] })).toContain(
			'(3 seeds, 95 % intervals overlap A’s)',
		);
	});

	it('are empty before there is a measurement', () => {
		expect(sharedMeasures(text, [view('vanilla', 1, [3])], null)).toEqual([]);
	});
});
