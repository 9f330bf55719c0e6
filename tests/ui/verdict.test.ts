import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { findPreset } from '../../src/experiment/presets';
import { answerSentence } from '../../src/ui/answer/answerSentence';
import { verdictSentence } from '../../src/ui/answer/verdict';
import { comparisons } from '../../src/ui/measures/comparison';
import { view } from './views';

const text = defaultExperiment();
const backcopy = findPreset('backcopy')?.experiment ?? text;

/** Runs of seeds 1, 2, … with these validation losses. */
const losses = (method: string, ...values: number[]) =>
	values.map((value, i) => view(method, i + 1, [3], { 100: { validationLoss: value } }));
const verdict = (...runs: ReturnType<typeof losses>) => verdictSentence(text, comparisons(text, runs, null));

describe('the verdict', () => {
	it('names the lowest method that is separated, and by how much', () => {
		const runs = [...losses('vanilla', 2, 2.1, 2.2), ...losses('svformer', 1.8, 1.901, 2), ...losses('resformer', 1.9, 2.001, 2.1)];
		expect(verdict(...runs)).toBe('svformer has the lowest validation loss: 1.900, against 2.100 in vanilla.');
	});

	it('claims nothing of one seed', () => {
		expect(verdict(...losses('vanilla', 2), ...losses('svformer', 1.97))).toBe(
			'Probably svformer: it has the lowest validation loss, 0.030 nats per character below vanilla. One seed is too few to be sure.',
		);
		expect(verdict(...losses('vanilla', 2), ...losses('svformer', 2.1))).toMatch(/^Probably none: vanilla has the lowest/);
	});

	it('says that seeds show no difference, or only a worse method', () => {
		expect(verdict(...losses('vanilla', 2, 2.1), ...losses('svformer', 2.1, 2))).toBe(
			'Not seen: 2 seeds show no difference from vanilla in validation loss.',
		);
		expect(verdict(...losses('vanilla', 2, 2.1), ...losses('svformer', 2.2, 2.301))).toBe(
			'None: no method has a lower validation loss than vanilla (2 seeds).',
		);
	});

	it('does not exist for one method', () => {
		expect(verdict(...losses('vanilla', 2))).toBeNull();
	});
});

describe('the answer about sinks', () => {
	const sinks = (method: string, ...values: [layer1: number, layer2: number][]) =>
		values.map((sinkAttention, i) => {
			const run = view(method, i + 1, [3], { 600: { sinkAttention } });
			return { ...run, finished: true, info: { ...run.info, experiment: { ...backcopy, layers: 2 } } };
		});
	const runs = [...sinks('vanilla', [0.6, 0.1], [0.62, 0.1]), ...sinks('svformer', [0.4, 0.09], [0.42, 0.11])];
	const reports = [{ measure: 'sinkAttention', layers: 'all' }] as const;

	it('is about the layer in which the methods differ most', () => {
		expect(verdictSentence(backcopy, comparisons(backcopy, runs, null, reports))).toBe(
			'svformer has the smallest sink in layer 1: 41 % of attention on <s>, against 61 % in vanilla.',
		);
	});

	it('reports every layer with its spread', () => {
		const sentence = answerSentence(backcopy, runs, null, reports) ?? '';
		expect(sentence).toMatch(/^After 600 steps, layer 1 gives <s> 61 % ± 13 % in vanilla and 41 % ± 13 % in svformer \(2 seeds, separated/);
		expect(sentence).toContain('Layer 2 gives <s> 10 %');
		expect(sentence).toMatch(/± is the 95 % interval over seeds\.$/);
	});
});
