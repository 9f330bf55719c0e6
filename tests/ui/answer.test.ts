import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { findPreset, PRESETS } from '../../src/experiment/presets';
import { answerSentence } from '../../src/ui/answer/answerSentence';
import { headline } from '../../src/ui/answer/headline';
import { view } from './views';

const text = defaultExperiment();
const backcopy = findPreset('backcopy')?.experiment ?? text;
const on = (experiment: typeof text, run: ReturnType<typeof view>) => ({ ...run, info: { ...run.info, experiment } });
const loss = (value: number) => ({ 100: { validationLoss: value } });

describe('the state of the answer', () => {
	it('says nothing before the first loss', () => {
		expect(answerSentence(text, [], null)).toBeNull();
		expect(answerSentence(text, [view('vanilla', 1, [])], null)).toBeNull();
	});

	it('reports that one seed is not enough to separate methods', () => {
		const sentence = answerSentence(text, [view('vanilla', 1, [3], loss(2)), view('svformer', 1, [3], loss(1.5))], null);
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
		expect(answerSentence(text, runs, null)).toContain('(3 seeds: resformer separated from vanilla, svformer not separated)');
	});

	it('keeps the verdict of several seeds next to a fork of one of them', () => {
		const runs = [1, 2, 3].flatMap((seed) => [
			view('vanilla', seed, [3], loss(2 + 0.1 * seed)),
			view('resformer', seed, [3], loss(1.9 + 0.1 * seed + 0.001 * seed)),
		]);
		const fork = view('vanilla', 1, [3], loss(1.8), 'fork');
		const info = { ...fork.info, id: 'fork', group: 'fork', fork: { from: 'vanilla#1', step: 50, change: { learningRate: 0.004 } } };
		expect(answerSentence(text, [...runs, { ...fork, info }], null)).toContain(
			'(3 seeds: resformer separated from vanilla, fork of one seed, so not separated)',
		);
	});

	it('compares at the last step that every run has, not each at its own', () => {
		const ahead = view('vanilla', 1, [3], { 50: { validationLoss: 2.5 }, 100: { validationLoss: 2 } });
		const behind = view('svformer', 1, [3], { 50: { validationLoss: 2.4 } });
		expect(answerSentence(text, [ahead, behind], null)).toMatch(/^After 50 steps.*2\.500.*2\.400/);
	});

	it('reports the sink on Bigram-Backcopy, and leaves out a run that diverged', () => {
		const sink = (a: number, b: number) => ({ 600: { sinkAttention: [a, b], validationLoss: 1.6 } });
		const dead = { ...view('resformer', 1, [3], sink(0.3, 0.9)), divergedAt: 3 };
		const runs = [view('vanilla', 1, [3], sink(0.34, 0.11)), view('svformer', 1, [3], sink(0.33, 0.02)), dead];
		expect(
			answerSentence(
				backcopy,
				runs.map((run) => on(backcopy, run)),
				null,
			),
		).toBe('After 600 steps, layer 2 gives <s> 11 % in vanilla and 2.0 % in svformer (one seed, so not separated).');
	});

	it('compares with the pinned group, and names it', () => {
		const runs = [1, 2].flatMap((seed) => [
			view('vanilla', seed, [3], loss(2 + 0.1 * seed)),
			view('svformer', seed, [3], loss(1.5 + 0.1 * seed)),
		]);
		expect(answerSentence(text, runs, 'svformer')).toContain('(2 seeds, separated from svformer)');
	});

	it('calls a group by the user’s name once all of its runs have it', () => {
		const named = (seed: number, name: string) => ({ ...view('svformer', seed, [3], loss(1.5)), name });
		expect(answerSentence(text, [named(1, 'Mine'), named(2, 'Mine')], null)).toContain('in Mine');
		expect(answerSentence(text, [named(1, 'Mine'), named(2, 'svformer')], null)).toContain('in svformer');
	});

	it('compares with a hidden baseline, but does not report its value', () => {
		const runs = [1, 2].flatMap((seed) => [
			{ ...view('vanilla', seed, [3], loss(2 + 0.1 * seed)), visible: false },
			view('svformer', seed, [3], loss(1.5 + 0.1 * seed)),
		]);
		expect(answerSentence(text, runs, 'vanilla')).toBe(
			'After 100 steps, the validation loss is 1.650 nats per character in svformer (2 seeds, separated from vanilla).',
		);
		expect(answerSentence(text, runs.slice(0, 1), 'vanilla')).toBeNull();
	});

	it('treats a fork as a separate group, though another run has its method and seed', () => {
		const parent = view('vanilla', 1, [3], loss(2));
		const fork = view('vanilla', 1, [3], loss(1.8), 'vanilla, learning rate 0.001 from step 50');
		expect(answerSentence(text, [parent, { ...fork, info: { ...fork.info, id: 'fork', group: 'fork' } }], null)).toContain(
			'2.000 nats per character in vanilla and 1.800 in vanilla, learning rate 0.001 from step 50',
		);
	});

	it('leaves out a fork that started at the step where the others ended', () => {
		const late = view('vanilla', 1, [3], { 150: { validationLoss: 1 } }, 'vanilla, steps 200 from step 100');
		const fork = { ...late.info, id: 'fork', group: 'fork', fork: { from: 'vanilla-1', step: 100, change: { steps: 200 } } };
		const sentence = answerSentence(text, [view('vanilla', 1, [3], loss(2)), { ...late, info: fork }], null);
		expect(sentence).toBe('After 100 steps, the validation loss is 2.000 nats per character in vanilla (one seed).');
	});

	it('leaves out runs that are hidden, and those of another task', () => {
		const hidden = { ...view('resformer', 1, [3], loss(9)), visible: false };
		const elsewhere = on({ ...text, task: 'copy' }, view('neutreno', 1, [3], loss(8)));
		const sentence = answerSentence(text, [view('vanilla', 1, [3], loss(2)), hidden, elsewhere], null);
		expect(sentence).toBe('After 100 steps, the validation loss is 2.000 nats per character in vanilla (one seed).');
	});

	it('keeps the answer while a later run catches up', () => {
		const done = { ...view('vanilla', 1, [3], loss(2)), finished: true };
		expect(answerSentence(text, [done, view('svformer', 1, [4])], null)).toMatch(/^After 100 steps.*2\.000.*in vanilla \(one seed\)/);
	});

	it('gives the range of many groups, and how many of them are separated', () => {
		const runs = [1, 2].flatMap((seed) =>
			['vanilla', 'a', 'b', 'c', 'd', 'e', 'f'].map((method, i) => view(method, seed, [3], loss(2 - 0.1 * i + (i === 6 ? seed : 0)))),
		);
		expect(answerSentence(text, runs, null)).toBe(
			'After 100 steps, the validation loss is from 1.500 nats per character in e to 2.900 in f (2 seeds: 5 of 6 separated from vanilla).',
		);
	});

	it('falls back to the training loss before the first validation', () => {
		expect(answerSentence(text, [view('vanilla', 1, [4, 3]), view('svformer', 1, [4])], null)).toMatch(
			/^After 1 step, the training loss \(last step\) is 4\.000/,
		);
	});
});

describe('the headline', () => {
	it('is the question of each preset, and of one’s own text whatever it says', () => {
		for (const { question, experiment } of PRESETS) expect(headline(structuredClone(experiment))).toBe(question);
		const own = findPreset('own-text')?.experiment ?? text;
		expect(headline({ ...own, text: 'A text of my own, which is long enough to train on. '.repeat(9) })).toBe(
			'What do value residuals do on your own text?',
		);
	});

	it('names task and methods of the user’s own experiment, not a question that it does not answer', () => {
		expect(headline({ ...text, methods: ['vanilla', 'gqa:2'] })).toMatch(/^Moby-Dick characters: Vanilla and GQA/);
		expect(headline({ ...backcopy, layers: backcopy.layers + 1 })).toMatch(/^Bigram-Backcopy: /);
		const sweep = ['resformer', 'svformer', 'neutreno', 'denseformer'].map((method) => ({ methods: ['vanilla', method] }));
		expect(headline({ ...text, sweep })).toBe('Moby-Dick characters: 5 methods');
	});
});
