import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { findPreset } from '../../src/experiment/presets';
import { answerSentence } from '../../src/ui/answer/answerSentence';
import { verdictScope, verdictSentence } from '../../src/ui/answer/verdict';
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

	it('calls no method the lowest that is not separated from every other', () => {
		const noisy = losses('neutreno', 1.5, 2.4, 1.7);
		const base = losses('vanilla', 2, 2.1, 2.2);
		expect(verdict(...base, ...losses('svformer', 1.8, 1.901, 2), ...noisy)).toBe(
			'svformer has a lower validation loss: 1.900, against 2.100 in vanilla.',
		);
		expect(verdict(...base, ...losses('svformer', 1.8, 1.901, 2), ...losses('resformer', 1.801, 1.9, 1.998))).toBe(
			'svformer and resformer have a lower validation loss: 1.900 and 1.900, against 2.100 in vanilla.',
		);
	});

	it('claims nothing of one seed', () => {
		expect(verdict(...losses('vanilla', 2), ...losses('svformer', 1.97))).toBe(
			'One seed: svformer has the lowest validation loss, 0.030 nats per character below vanilla. Add seeds to tell.',
		);
		expect(verdict(...losses('vanilla', 2), ...losses('svformer', 2.1))).toBe(
			'One seed: vanilla has the lowest validation loss. Add seeds to tell.',
		);
	});

	it('says that the seeds do not separate them, or that a method is higher', () => {
		expect(verdict(...losses('vanilla', 2, 2.1), ...losses('svformer', 2.1, 2))).toBe(
			'Not separated from vanilla in validation loss (2 seeds).',
		);
		expect(verdict(...losses('vanilla', 2, 2.1), ...losses('svformer', 2.2, 2.301))).toBe(
			'svformer has a higher validation loss: 2.251, against 2.050 in vanilla.',
		);
	});

	it('says how many seeds separate the methods that it names, and how small the models are', () => {
		const scope = (...runs: ReturnType<typeof losses>) => verdictScope(text, comparisons(text, runs, null));
		const base = losses('vanilla', 2, 2.1, 2.2);
		expect(scope(...base, ...losses('svformer', 1.8, 1.901, 2))).toBe('Separated over 3 seeds. A toy: 4 layers and 4 heads.');
		expect(scope(...losses('vanilla', 2, 2.1), ...losses('svformer', 2.1, 2))).toBeNull();
		expect(scope(...losses('vanilla', 2), ...losses('svformer', 1.97))).toBeNull();
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

	it('prefers a layer in which they are separated to one with a wider difference', () => {
		const noisy = [...sinks('vanilla', [0.9, 0.3], [0.1, 0.31]), ...sinks('svformer', [0.1, 0.1], [0.2, 0.11])];
		expect(verdictSentence(backcopy, comparisons(backcopy, noisy, null, reports))).toMatch(/^svformer has the smallest sink in layer 2:/);
	});

	it('is about the layer in which the methods differ most', () => {
		expect(verdictSentence(backcopy, comparisons(backcopy, runs, null, reports))).toBe(
			'svformer has the smallest sink in layer 1: 41 % of attention on <s>, against 61 % in vanilla.',
		);
	});

	it('counts seeds that fall into two camps next to their mean', () => {
		const split = [...sinks('vanilla', [0.9, 0], [0.95, 0], [0.02, 0], [0.03, 0]), ...sinks('svformer', [0, 0], [0, 0], [0, 0], [0, 0])];
		expect(answerSentence(backcopy, split, null, reports)).toContain('in vanilla (2 of 4 seeds above one half) and');
	});

	it('reports every layer with its spread', () => {
		const sentence = answerSentence(backcopy, runs, null, reports) ?? '';
		expect(sentence).toMatch(/^After 600 steps, layer 1 gives <s> 61 % ± 13 % in vanilla and 41 % ± 13 % in svformer \(2 seeds, separated/);
		expect(sentence).toContain('Layer 2 gives <s> 10 %');
		expect(sentence).toMatch(/± is the 95 % interval over seeds\.$/);
	});
});
