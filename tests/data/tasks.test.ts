import { describe, expect, it } from 'vitest';
import { measureTask } from '../../src/data/evaluate';
import { loadMobyDick } from '../../src/data/mobyDick';
import { type Batch, IGNORED, type Task } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { defaultExperiment } from '../../src/experiment/fields';
import { readsBook } from '../../src/experiment/tasks';
import type { Experiment, TaskName } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';
import { fnv } from './fnv';

const experiment = (changes: Partial<Experiment>): Experiment => {
	const { experiment, problems } = readExperiment(changes);
	expect(problems).toEqual([]);
	return experiment;
};
const make = (changes: Partial<Experiment>): Task => createTask(experiment(changes), '');

/** Inputs and targets of every sequence of `steps` batches, T = 64 and 16 sequences each. */
function* sequences(task: Task, steps: number): Generator<{ inputs: number[]; targets: number[] }> {
	for (let step = 0; step < steps; step++) {
		const { inputs, targets, batchSize, sequenceLength } = task.trainingBatch(1, step);
		for (let row = 0; row < batchSize; row++) {
			const [start, end] = [row * sequenceLength, (row + 1) * sequenceLength];
			yield { inputs: [...inputs.slice(start, end)], targets: [...targets.slice(start, end)] };
		}
	}
}

/** How far counts stray from expectations, in standard deviations of χ². */
function stray(counts: readonly number[], expected: readonly number[]): number {
	const chi2 = counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
	return Math.abs(chi2 - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

const even = (total: number, cells: number): number[] => Array.from({ length: cells }, () => total / cells);
const tally = (values: Iterable<number>, cells: number): number[] => {
	const counts = Array.from({ length: cells }, () => 0);
	for (const value of values) counts[value]++;
	return counts;
};

describe('every synthetic task', () => {
	const tasks: [TaskName, string[]][] = [
		['mqar', ['32c6a5fd', 'f20516a3', '91204499', '505c646c']],
		['induction', ['fd30c185', 'f32ac21e', 'f2b42f0d', 'f8888744']],
		['modular-addition', ['daa76663', 'b1db78bb', '2c14039d', 'd3dade1c']],
		['copy', ['7652e969', '9234ee6f', '58f06c88', 'dc263d91']],
		['reverse', ['17d34181', '953294ff', '4b504738', '49e78c41']],
		['sort', ['17e78fdd', '076d8833', 'f9f0ee44', 'aff76e89']],
	];
	for (const [name, prints] of tasks) {
		it(`${name} depends on seed and step alone, and draws the same as in earlier versions`, () => {
			const task = make({ task: name });
			const other = make({ task: name, methods: ['svformer'], seeds: [9], layers: 1, steps: 7, warmupSteps: 0 });
			other.trainingBatch(3, 0); // Earlier draws change nothing.
			expect(other.trainingBatch(1, 5)).toEqual(task.trainingBatch(1, 5));
			expect(task.trainingBatch(1, 5).inputs).not.toEqual(task.trainingBatch(1, 6).inputs);
			expect(task.trainingBatch(1, 5).inputs).not.toEqual(task.trainingBatch(2, 5).inputs);
			expect(other.validationBatch(2)).toEqual(task.validationBatch(2));
			expect(task.validationBatch(1).inputs).not.toEqual(task.validationBatch(2).inputs);
			expect(other.probeBatch()).toEqual(task.probeBatch());
			expect(() => task.validationBatch(8)).toThrow(RangeError);
			const batches = [task.trainingBatch(1, 0), task.trainingBatch(2, 1), task.validationBatch(7), task.probeBatch()];
			expect(batches.map(({ inputs, targets }) => fnv(Int32Array.from([...inputs, ...targets])))).toEqual(prints);
			for (const { inputs, targets } of batches) {
				expect(Math.min(...inputs)).toBeGreaterThanOrEqual(0);
				expect(Math.max(...inputs, ...targets)).toBeLessThan(task.vocabularySize);
				expect(Math.min(...targets)).toBe(IGNORED);
			}
		});
	}

	it('needs no book, and prints its tokens with spaces between them', () => {
		for (const [name] of tasks) expect(readsBook(experiment({ task: name })), name).toBe(false);
		expect(readsBook(defaultExperiment())).toBe(true);
		const { vocabulary } = make({ task: 'copy', vocabularySize: 12 });
		expect(vocabulary.tokens).toEqual(['<s>', '→', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
		expect([...vocabulary.encode(' <s> 3 0\n→ ')]).toEqual([0, 5, 2, 1]);
		expect(vocabulary.decode([0, 5, 2, 1])).toBe('<s> 3 0 →');
		expect(() => vocabulary.encode('<s> 10')).toThrow('the token `10` is not in the vocabulary');
	});
});

describe('MQAR', () => {
	const [V, T, N] = [256, 64, 4];

	it("has zoology's layout: pairs, then each key once at an even offset, its value the only target", () => {
		for (const { inputs, targets } of sequences(make({ task: 'mqar' }), 20)) {
			const value = new Map<number, number>();
			for (let i = 0; i < N; i++) {
				const [k, v] = [inputs[2 * i], inputs[2 * i + 1]];
				expect(k).toBeGreaterThanOrEqual(1);
				expect(k).toBeLessThan(V / 2);
				expect(v).toBeGreaterThanOrEqual(V / 2);
				value.set(k, v);
			}
			expect(value.size).toBe(N);
			expect(new Set(value.values()).size).toBe(N); // zoology draws values without replacement too
			const queries = targets.flatMap((target, t) => (target === IGNORED ? [] : [t]));
			expect(queries.length).toBe(N);
			expect(new Set(queries.map((t) => inputs[t])).size).toBe(N);
			for (const t of queries) {
				expect(t).toBeGreaterThanOrEqual(2 * N);
				expect(t % 2).toBe(0);
				expect(targets[t]).toBe(value.get(inputs[t]));
			}
		}
	});

	it('draws keys, values and filler evenly', () => {
		const keys: number[] = [];
		const values: number[] = [];
		const filler: number[] = [];
		for (const { inputs, targets } of sequences(make({ task: 'mqar' }), 200)) {
			for (let i = 0; i < N; i++) {
				keys.push(inputs[2 * i] - 1);
				values.push(inputs[2 * i + 1] - V / 2);
			}
			for (let t = 2 * N; t < T; t++) if (targets[t] === IGNORED) filler.push(inputs[t]);
		}
		expect(stray(tally(keys, V / 2 - 1), even(keys.length, V / 2 - 1))).toBeLessThan(4);
		expect(stray(tally(values, V / 2), even(values.length, V / 2))).toBeLessThan(4);
		expect(stray(tally(filler, V), even(filler.length, V))).toBeLessThan(4);
	});

	it('draws gaps between pair and query with weights g^(a−1), a = 0.01', () => {
		// With one pair the gap has just this distribution; the first bins are wide enough to distinguish it from g^−0.9.
		const slots = (T - 2) / 2;
		const gaps = [...sequences(make({ task: 'mqar', pairs: 1 }), 300)].map(
			({ targets }) => (targets.findIndex((t) => t !== IGNORED) - 2) / 2,
		);
		const weights = Array.from({ length: slots }, (_, i) => (i + 1) ** -0.99);
		const total = weights.reduce((a, b) => a + b);
		const expected = weights.map((weight) => (gaps.length * weight) / total);
		expect(stray(tally(gaps, slots), expected)).toBeLessThan(4);
		expect(stray(tally(gaps, slots), even(gaps.length, slots))).toBeGreaterThan(100);
	});

	it('draws later gaps from those that are left, in proportion', () => {
		// Three slots, two pairs in any order: P(the slot left out) by brute force over both draws.
		const task = make({ task: 'mqar', pairs: 2, sequenceLength: 10, vocabularySize: 16 });
		const weights = [1, 2 ** -0.99, 3 ** -0.99];
		const left = [0, 0, 0];
		const total = weights[0] + weights[1] + weights[2];
		for (const a of [0, 1, 2])
			for (const b of [0, 1, 2]) if (a !== b) left[3 - a - b] += (weights[a] / total) * (weights[b] / (total - weights[a]));
		const counts = [0, 0, 0];
		for (const { targets } of sequences(task, 400)) counts[[4, 6, 8].findIndex((t) => targets[t] === IGNORED)]++;
		expect(
			stray(
				counts,
				left.map((share) => share * 6400),
			),
		).toBeLessThan(4);
	});

	it('fills every slot if the pairs just fit', () => {
		for (const { targets } of sequences(make({ task: 'mqar', pairs: 16 }), 3))
			expect(targets.map((target) => target !== IGNORED)).toEqual(targets.map((_, t) => t >= 32 && t % 2 === 0));
	});
});

describe('induction', () => {
	for (const T of [64, 9, 2])
		it(`repeats r tokens after <s>, and scores the second half: T = ${T}`, () => {
			const r = Math.floor(T / 2);
			const seen: number[] = [];
			for (const { inputs, targets } of sequences(make({ task: 'induction', sequenceLength: T, vocabularySize: 20 }), 10)) {
				const sequence = [...inputs.slice(0, 2 * r), targets[2 * r - 1]];
				expect(sequence[0]).toBe(0);
				expect(sequence.slice(1, r + 1)).toEqual(sequence.slice(r + 1));
				expect(targets).toEqual(inputs.map((_, t) => (t >= r && t < 2 * r ? sequence[t + 1] : IGNORED)));
				if (T > 2 * r) expect(inputs[2 * r]).toBe(sequence[2 * r]);
				seen.push(...sequence.slice(1, r + 1).map((token) => token - 1));
			}
			if (T === 64) expect(stray(tally(seen, 19), even(seen.length, 19))).toBeLessThan(4);
		});

	it('repeats a passage of the book, which is held out for validation, and scores every position', async () => {
		const text = await loadMobyDick();
		for (const T of [9, 16]) {
			const task = createTask(experiment({ task: 'induction', passage: 'book', sequenceLength: T }), text);
			const half = Math.floor(T / 2);
			const tail = Math.floor(0.9 * Array.from(text).length);
			const characters = Array.from(text);
			const held = characters.slice(tail).join('');
			const trained = characters.slice(0, tail).join('');
			for (const [{ inputs, targets }, source] of [
				[task.trainingBatch(1, 0), trained],
				[task.validationBatch(0), held],
				[task.probeBatch(), held],
			] as const) {
				for (let start = 0; start < inputs.length; start += T) {
					const row = [...inputs.subarray(start, start + T)];
					const sequence = [...row.slice(0, 2 * half), targets[start + 2 * half - 1]];
					expect(sequence[0]).toBe(0);
					expect(sequence.slice(1, half + 1)).toEqual(sequence.slice(half + 1));
					expect(source).toContain(task.vocabulary.decode(sequence.slice(1, half + 1)));
					expect([...targets.subarray(start, start + 2 * half)]).toEqual(sequence.slice(1));
				}
			}
		}
	});
});

describe('copy, reverse and sort', () => {
	const answers: [TaskName, (given: number[]) => number[]][] = [
		['copy', (given) => given],
		['reverse', (given) => given.toReversed()],
		['sort', (given) => given.toSorted((a, b) => a - b)],
	];
	for (const [name, answer] of answers)
		for (const T of [64, 9, 3])
			it(`${name}: <s> sequence → answer, with a loss on the answer alone: T = ${T}`, () => {
				const n = Math.floor((T - 1) / 2);
				const seen: number[] = [];
				for (const { inputs, targets } of sequences(make({ task: name, sequenceLength: T, vocabularySize: 20 }), 10)) {
					const given = inputs.slice(1, n + 1);
					const sequence = [0, ...given, 1, ...answer(given)];
					expect(inputs).toEqual(sequence.slice(0, T));
					expect(targets).toEqual(inputs.map((_, t) => (t >= n + 1 && t <= 2 * n ? sequence[t + 1] : IGNORED)));
					seen.push(...given.map((token) => token - 2));
				}
				if (T === 64) expect(stray(tally(seen, 18), even(seen.length, 18))).toBeLessThan(4);
			});
});

describe('modular addition', () => {
	const rows = ({ inputs, targets, batchSize }: Batch): number[][] =>
		Array.from({ length: batchSize }, (_, row) => [...inputs.slice(3 * row, 3 * row + 3), ...targets.slice(3 * row, 3 * row + 3)]);
	const key = ([a, b]: number[]): string => `${a}+${b}`;
	const every = (task: Task, count: number): number[][] => Array.from({ length: count }, (_, i) => rows(task.validationBatch(i))).flat();

	it('has (a + b) mod p as its only target, at the =', () => {
		const task = make({ task: 'modular-addition' });
		expect(task.vocabularySize).toBe(114);
		expect(task.vocabulary.tokens.at(-1)).toBe('=');
		for (const [a, b, equals, ...targets] of rows(task.trainingBatch(1, 0))) {
			expect(equals).toBe(113);
			expect(targets).toEqual([IGNORED, IGNORED, (a + b) % 113]);
		}
	});

	it('splits the table once: 30 % to train on, all drawn evenly, the others held out', () => {
		const changes = { task: 'modular-addition', modulus: 17, validationBatches: 20 } as const;
		const task = make(changes);
		const drawn = Array.from({ length: 400 }, (_, step) => rows(task.trainingBatch(step % 5, step))).flat();
		const trained = new Set(drawn.map(key));
		expect(trained.size).toBe(Math.round(0.3 * 289));
		const counts = [...trained].map((sum) => drawn.filter((row) => key(row) === sum).length);
		expect(stray(counts, even(drawn.length, trained.size))).toBeLessThan(4);
		const held = every(task, 20).filter((row) => row[5] !== IGNORED);
		expect(new Set(held.map(key)).size).toBe(held.length);
		expect(held.length).toBe(289 - trained.size);
		for (const row of held) expect(trained.has(key(row))).toBe(false);
		const learnt = (task.trainingEvaluationBatches?.() ?? []).flatMap(rows).filter((row) => row[5] !== IGNORED);
		expect(new Set(learnt.map(key))).toEqual(trained);
		expect(learnt.length).toBe(trained.size);
		const more = make({ ...changes, trainFraction: 0.6 });
		const larger = new Set((more.trainingEvaluationBatches?.() ?? []).flatMap(rows).map(key));
		for (const sum of trained) expect(larger.has(sum)).toBe(true);
	});

	it('has at least one sum for training and one held out, however small the table or the share', () => {
		for (const trainFraction of [0.01, 0.99]) {
			const task = make({ task: 'modular-addition', modulus: 3, trainFraction });
			const held = every(task, 8).filter((row) => row[5] !== IGNORED).length;
			expect(held).toBe(trainFraction < 0.5 ? 8 : 1);
		}
	});
});

describe('metrics', () => {
	const perfect = async ({ targets }: Batch) => ({
		losses: Float32Array.from(targets, (target) => (target === IGNORED ? Number.NaN : 0.25)),
		correct: Uint8Array.from(targets, (target, i) => (target !== IGNORED && i % 2 === 0 ? 1 : 0)),
	});

	it('count answers only', async () => {
		const changes = experiment({ task: 'sort' });
		expect(await measureTask(createTask(changes, ''), changes, perfect)).toEqual({ validationLoss: 0.25, accuracy: 16 / 31 });
		const sums = experiment({ task: 'modular-addition', modulus: 17 });
		expect(await measureTask(createTask(sums, ''), sums, perfect)).toEqual({
			validationLoss: 0.25,
			accuracy: expect.closeTo(0.5, 1),
			trainingLoss: 0.25,
			trainingAccuracy: expect.closeTo(0.5, 1),
		});
	});

	it('leave out accuracy if it was not measured', () => {
		const task = make({ task: 'copy' });
		const batch = task.validationBatch(0);
		const losses = new Float32Array(batch.targets.length);
		expect(task.metrics([{ batch, losses }])).toEqual({ validationLoss: 0 });
		expect(
			task.metrics([
				{ batch, losses, correct: losses },
				{ batch, losses },
			]),
		).toEqual({ validationLoss: 0 });
		expect(task.metrics([])).toEqual({});
	});
});
