import { beforeAll, describe, expect, it } from 'vitest';
import { countBigrams } from '../../src/data/bigrams';
import { loadMobyDick } from '../../src/data/mobyDick';
import { stream } from '../../src/data/random';
import { type Batch, type Task, TaskError } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { findPreset } from '../../src/experiment/presets';
import { taskDescriptor } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';
import { fnv } from './fnv';

const preset = findPreset('backcopy')?.experiment as Experiment;
const experiment = (changes: Partial<Experiment> = {}): Experiment => ({ ...preset, ...changes });
const [START, NON_TRIGGER, TRIGGER] = [0, 1, 2];

let book: string;
let task: Task;
beforeAll(async () => {
	book = await loadMobyDick();
	task = createTask(experiment(), book);
});

/** Every (character before, character, next, class) of some batches, as texts. */
function* transitions(of: Task, batches: number): Generator<{ before: string; now: string; next: string; kind: number; t: number }> {
	for (let step = 0; step < batches; step++) {
		const { inputs, targets, positionClass, sequenceLength } = of.trainingBatch(1, step);
		const text = (id: number): string => of.vocabulary.tokens[id];
		for (let i = 0; i < inputs.length; i++) {
			const t = i % sequenceLength;
			yield {
				before: t ? text(inputs[i - 1]) : '',
				now: text(inputs[i]),
				next: text(targets[i]),
				kind: (positionClass as Uint8Array)[i],
				t,
			};
		}
	}
}

/** How often `part` occurs, by plain search. */
const occurrences = new Map<string, number>();
function count(part: string): number {
	const known = occurrences.get(part) ?? book.split(part).length - 1;
	occurrences.set(part, known);
	return known;
}

/** P(next | now). */
function share(now: string, next: string): number {
	// A plain search counts `aaa` as one `aa`: overlapping pairs need a look-ahead.
	const pairs = now === next ? [...book.matchAll(new RegExp(`(?=[${now}]{2})`, 'g'))].length : count(now + next);
	return pairs / count(now);
}

describe('Bigram-Backcopy', () => {
	it('has the characters of the book and <s> as its vocabulary', () => {
		expect(task.vocabularySize).toBe(90);
		expect(task.vocabulary.tokens[0]).toBe('<s>');
		expect(taskDescriptor('backcopy').positionClasses).toEqual(['start', 'nonTrigger', 'trigger']);
	});

	it('follows its three rules at every position', () => {
		let copies = 0;
		for (const { before, now, next, kind, t } of transitions(task, 20)) {
			const trigger = [' ', 'e', 't'].includes(now);
			expect(now === '<s>').toBe(t === 0);
			expect(kind).toBe(t === 0 ? START : trigger ? TRIGGER : NON_TRIGGER);
			if (t === 0) expect([' ', 'e', 't', '<s>']).not.toContain(next);
			if (!trigger) continue;
			expect(next).toBe(before);
			copies++;
		}
		expect(copies).toBeGreaterThan(1000);
	});

	it('draws T + 1 tokens: the targets are the inputs shifted by one', () => {
		const { inputs, targets, sequenceLength } = task.trainingBatch(2, 3);
		for (let i = 0; i < inputs.length; i++) if ((i + 1) % sequenceLength !== 0) expect(targets[i]).toBe(inputs[i + 1]);
	});

	it('draws tokens that are not copies from the bigrams of the book', () => {
		const counts = new Map<string, Map<string, number>>();
		const firsts = new Map<string, number>();
		for (const { now, next, kind } of transitions(task, 300)) {
			if (kind === START) firsts.set(next, (firsts.get(next) ?? 0) + 1);
			if (kind !== NON_TRIGGER) continue;
			const row = counts.get(now) ?? new Map<string, number>();
			row.set(next, (row.get(next) ?? 0) + 1);
			counts.set(now, row);
		}
		for (const now of [',', 'h', 'a', 's', '.', 'd']) {
			const row = counts.get(now) as Map<string, number>;
			const total = [...row.values()].reduce((a, b) => a + b);
			expect(total).toBeGreaterThan(1000);
			let chi2 = 0;
			let cells = 0;
			for (const next of new Set(book)) {
				const expected = total * share(now, next);
				if (expected === 0) expect(row.has(next), now + next).toBe(false);
				if (expected < 5) continue;
				chi2 += ((row.get(next) ?? 0) - expected) ** 2 / expected;
				cells++;
			}
			expect(Math.abs(chi2 - cells) / Math.sqrt(2 * cells), now).toBeLessThan(4);
		}
		// The first character: the unigram with the triggers' share given to the others.
		const total = 300 * 16;
		const free = book.length - [' ', 'e', 't'].reduce((sum, trigger) => sum + count(trigger), 0);
		for (const character of ['a', 'o', 'n', ',', 'w']) {
			const expected = (total * count(character)) / free;
			expect(Math.abs((firsts.get(character) ?? 0) - expected), character).toBeLessThan(4.5 * Math.sqrt(expected));
		}
	});

	it('has an optimum of about 1.65 nats at T = 64, below the text’s and lower for longer T', () => {
		const optimum = (sequenceLength: number): number => {
			const longer = createTask(experiment({ sequenceLength, validationBatches: 64 }), book);
			const evaluations = Array.from({ length: 64 }, (_, i) => longer.validationBatch(i)).map((batch) => ({
				batch,
				losses: new Float32Array(batch.inputs.length),
			}));
			return longer.metrics(evaluations).nonTriggerOptimum;
		};
		const [short, middle, long] = [16, 64, 256].map(optimum);
		expect(Math.abs(middle - 1.65)).toBeLessThan(0.05);
		expect(short).toBeGreaterThan(middle + 0.2);
		expect(long).toBeLessThan(middle - 0.2);
	});

	it('gives a model that knows the rules the reported optimum as its loss', () => {
		const evaluations = Array.from({ length: 8 }, (_, i) => task.validationBatch(i)).map((batch) => {
			const losses = Array.from(batch.inputs, (id, i) => {
				if (batch.positionClass?.[i] !== NON_TRIGGER) return 0;
				return -Math.log(share(task.vocabulary.tokens[id], task.vocabulary.tokens[batch.targets[i]]));
			});
			return { batch, losses };
		});
		const metrics = task.metrics(evaluations);
		expect(metrics.triggerLoss).toBe(0);
		expect(metrics.triggerOptimum).toBe(0);
		// −log P of what was drawn has H(P) as its mean; 5000 draws stray by a few hundredths.
		expect(Math.abs(metrics.nonTriggerLoss - metrics.nonTriggerOptimum)).toBeLessThan(0.06);
	});

	it('reports means over all positions of a class, with <s> in neither', () => {
		const batch = (inputs: string[], classes: number[]): Batch => {
			const ids = Int32Array.from(inputs, (text) => task.vocabulary.id(text) ?? 0);
			return { inputs: ids, targets: ids, batchSize: 1, sequenceLength: ids.length, positionClass: Uint8Array.from(classes) };
		};
		const metrics = task.metrics([
			{ batch: batch(['<s>', ',', ' ', ','], [START, NON_TRIGGER, TRIGGER, NON_TRIGGER]), losses: [100, 1, 2, 3] },
			{ batch: batch(['<s>', 'q'], [START, NON_TRIGGER]), losses: [100, 8] },
		]);
		expect(metrics).toMatchObject({ triggerLoss: 2, nonTriggerLoss: 4, validationLoss: 214 / 6, triggerOptimum: 0 });
		const entropy = (now: string): number =>
			[...new Set(book)].reduce((sum, next) => sum + (share(now, next) ? -share(now, next) * Math.log(share(now, next)) : 0), 0);
		expect(metrics.nonTriggerOptimum).toBeCloseTo((2 * entropy(',') + entropy('q')) / 3, 6);
		expect(task.metrics([{ batch: batch(['<s>'], [START]), losses: [5] }])).toEqual({ validationLoss: 5 });
	});

	it('draws a batch from seed and step alone, and the same as in earlier versions', () => {
		const other = createTask(experiment({ methods: ['svformer'], seeds: [9], layers: 3, steps: 10, warmupSteps: 1 }), book);
		other.trainingBatch(1, 0);
		expect(other.trainingBatch(1, 5)).toEqual(task.trainingBatch(1, 5));
		expect(task.trainingBatch(1, 5).inputs).not.toEqual(task.trainingBatch(1, 6).inputs);
		expect(task.trainingBatch(1, 5).inputs).not.toEqual(task.trainingBatch(2, 5).inputs);
		expect(task.validationBatch(0).inputs).not.toEqual(task.validationBatch(1).inputs);
		expect(other.validationBatch(1)).toEqual(task.validationBatch(1));
		expect(
			[task.trainingBatch(1, 0), task.trainingBatch(2, 1), task.validationBatch(7), task.probeBatch()].map((batch) => fnv(batch.inputs)),
		).toEqual(['d2d00cbd', 'e83c2080', '486ed3ed', '3ee3f054']);
		expect(() => task.validationBatch(8)).toThrow(RangeError);
	});

	it('takes the triggers it is given', () => {
		const chosen = createTask(experiment({ triggerCharacters: ',n' }), book);
		const kinds = new Set<string>();
		for (const { now, kind } of transitions(chosen, 5)) if (kind === TRIGGER) kinds.add(now);
		expect(kinds).toEqual(new Set([',', 'n']));
		const one = createTask(experiment({ triggers: 1 }), book);
		for (const { now, kind } of transitions(one, 3)) expect(kind === TRIGGER).toBe(now === ' ');
	});

	it('breaks ties of frequency by code point', () => {
		const even = createTask(experiment({ triggers: 2 }), 'dcbadcba');
		for (const { now, kind } of transitions(even, 3)) expect(kind === TRIGGER).toBe(now === 'a' || now === 'b');
	});

	it('refuses triggers that are not in the text, or that are all of its characters', () => {
		const fail = (changes: Partial<Experiment>, text: string): TaskError => {
			try {
				createTask(experiment(changes), text);
			} catch (error) {
				expect(error).toBeInstanceOf(TaskError);
				return error as TaskError;
			}
			throw new Error('no error');
		};
		expect(fail({ triggerCharacters: 'eß' }, book).problem).toEqual({
			field: 'triggerCharacters',
			message: 'triggerCharacters has `ß`, which does not occur in the text',
		});
		expect(fail({ triggers: 3 }, 'abcabc').problem).toMatchObject({ field: 'triggers', message: /at most 2/ });
		expect(fail({ triggerCharacters: 'ab' }, 'abab').problem).toMatchObject({ field: 'triggerCharacters', message: /at most 1/ });
		expect(fail({}, '').problem.message).toMatch(/at least 2 characters/);
		expect(() => createTask(experiment({ triggers: 2 }), 'abcabc').trainingBatch(1, 0)).not.toThrow();
	});
});

describe('countBigrams', () => {
	it('agrees with counting one pair at a time', () => {
		const random = stream(2, 'bigrams');
		const tokens = Int32Array.from({ length: 3000 }, () => Math.min(random.integer(9), random.integer(9)));
		const { counts, successors, probabilities, entropies } = countBigrams(tokens, 10);
		for (let x = 0; x < 9; x++) {
			const next = Array.from(tokens).flatMap((token, i) => (token === x && i + 1 < tokens.length ? [tokens[i + 1]] : []));
			expect(counts[x]).toBe(tokens.filter((token) => token === x).length);
			expect([...successors[x]]).toEqual([...new Set(next)].sort((a, b) => a - b));
			let entropy = 0;
			successors[x].forEach((y, i) => {
				const p = next.filter((token) => token === y).length / next.length;
				expect(probabilities[x][i]).toBeCloseTo(p, 12);
				entropy -= p * Math.log(p);
			});
			expect(entropies[x]).toBeCloseTo(entropy, 12);
		}
	});

	it('gives a token without a successor the frequencies of the text', () => {
		const { successors, probabilities } = countBigrams(Int32Array.from([1, 1, 2, 1, 3]), 4);
		expect([...successors[3]]).toEqual([1, 2, 3]);
		expect([...probabilities[3]]).toEqual([0.6, 0.2, 0.2]);
		expect([...successors[1]]).toEqual([1, 2, 3]);
	});
});
