import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { findPreset } from '../../src/experiment/presets';
import { answerSentence } from '../../src/ui/answer/answer';
import { view } from './views';

const text = defaultExperiment();
const backcopy = findPreset('backcopy')?.experiment ?? text;
const loss = (value: number) => ({ 100: { validationLoss: value } });

describe('the state of the answer', () => {
	it('says nothing before the first loss', () => {
		expect(answerSentence(text, [])).toBeNull();
		expect(answerSentence(text, [view('vanilla', 1, [])])).toBeNull();
	});

	it('says aloud that one seed separates nothing', () => {
		const sentence = answerSentence(text, [view('vanilla', 1, [3], loss(2)), view('svformer', 1, [3], loss(1.5))]);
		expect(sentence).toBe(
			'After 100 steps, the validation loss is 2.000 nats per character in vanilla and 1.500 in svformer (one seed, so not separated).',
		);
	});

	it('pairs seeds, and names which methods are separated', () => {
		const runs = [1, 2, 3].flatMap((seed) => [
			view('vanilla', seed, [3], loss(2 + 0.1 * seed)),
			view('resformer', seed, [3], loss(1.9 + 0.1 * seed + 0.001 * seed)),
			view('svformer', seed, [3], loss(2 + 0.1 * seed + (seed - 2) * 0.2)),
		]);
		expect(answerSentence(text, runs)).toContain('(3 seeds: resformer separated from vanilla, svformer not separated)');
	});

	it('compares at the last step that every run has, not each at its own', () => {
		const ahead = view('vanilla', 1, [3], { 50: { validationLoss: 2.5 }, 100: { validationLoss: 2 } });
		const behind = view('svformer', 1, [3], { 50: { validationLoss: 2.4 } });
		expect(answerSentence(text, [ahead, behind])).toMatch(/^After 50 steps.*2\.500.*2\.400/);
	});

	it('speaks of the sink on Bigram-Backcopy, and leaves out a run that diverged', () => {
		const sink = (a: number, b: number) => ({ 600: { sinkAttention: [a, b], validationLoss: 1.6 } });
		const dead = { ...view('resformer', 1, [3], sink(0.3, 0.9)), divergedAt: 3 };
		expect(answerSentence(backcopy, [view('vanilla', 1, [3], sink(0.34, 0.11)), view('svformer', 1, [3], sink(0.33, 0.02)), dead])).toBe(
			'After 600 steps, layer 2 gives <s> 11 % in vanilla and 2.0 % in svformer (one seed, so not separated).',
		);
	});

	it('falls back to the training loss while nothing is validated', () => {
		expect(answerSentence(text, [view('vanilla', 1, [4, 3]), view('svformer', 1, [4])])).toMatch(
			/^After 1 step, the training loss \(last step\) is 4\.000/,
		);
	});
});
