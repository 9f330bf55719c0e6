import { beforeAll, describe, expect, it } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import { type Batch, IGNORED, TaskError } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { defaultExperiment } from '../../src/experiment/fields';
import type { Experiment } from '../../src/experiment/types';
import { fnv } from './fnv';

let book: string;
beforeAll(async () => {
	book = await loadMobyDick();
});

const experiment = (changes: Partial<Experiment> = {}): Experiment => ({ ...defaultExperiment(), ...changes });

/** A text whose characters are all different, so that every token identifies its position. */
const ladder = (length: number): string => Array.from({ length }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
const rows = (batch: Batch, of: Int32Array): number[][] =>
	Array.from({ length: batch.batchSize }, (_, row) => [...of.slice(row * batch.sequenceLength, (row + 1) * batch.sequenceLength)]);

describe('character text', () => {
	it('reads the book with the shapes of the experiment', () => {
		const task = createTask(experiment({ batchSize: 3, sequenceLength: 7 }), book);
		expect(task.vocabularySize).toBe(89);
		for (const batch of [task.trainingBatch(1, 0), task.validationBatch(0), task.probeBatch()]) {
			expect(batch).toMatchObject({ batchSize: 3, sequenceLength: 7 });
			expect(batch.inputs.length).toBe(21);
			expect(batch.positionClass).toBeUndefined();
			for (const row of rows(batch, batch.inputs)) expect(book).toContain(task.vocabulary.decode(row));
		}
	});

	it('has the next character as the target at every position', () => {
		const task = createTask(experiment(), book);
		for (const batch of [task.trainingBatch(1, 0), task.validationBatch(3), task.probeBatch()]) {
			const [inputs, targets] = [rows(batch, batch.inputs), rows(batch, batch.targets)];
			for (let row = 0; row < batch.batchSize; row++) {
				expect(targets[row].slice(0, -1)).toEqual(inputs[row].slice(1));
				expect(book).toContain(task.vocabulary.decode([...inputs[row], targets[row].at(-1) as number]));
			}
		}
	});

	it('never lets training see held-out text, and uses all of both', () => {
		const length = 1000;
		const task = createTask(experiment({ sequenceLength: 8, batchSize: 64, validationBatches: 4 }), ladder(length));
		const seen = new Set<number>();
		for (let step = 0; step < 200; step++) {
			const { inputs, targets } = task.trainingBatch(5, step);
			for (const token of [...inputs, ...targets]) seen.add(token);
		}
		expect(Math.max(...seen)).toBe(899);
		expect(seen.size).toBe(900);
		const held = new Set<number>();
		for (let i = 0; i < 4; i++) {
			const { inputs, targets } = task.validationBatch(i);
			for (const token of [...inputs, ...targets]) held.add(token);
		}
		for (const token of [...task.probeBatch().inputs, ...task.probeBatch().targets]) expect(token).toBeGreaterThanOrEqual(900);
		expect(Math.min(...held)).toBe(900);
		expect(Math.max(...held)).toBe(999);
		expect(held.size).toBe(100);
	});

	it('spaces held-out windows evenly, each once', () => {
		const task = createTask(experiment({ sequenceLength: 4, batchSize: 4, validationBatches: 3 }), ladder(1000));
		const starts = [0, 1, 2]
			.flatMap((i) => rows(task.validationBatch(i), task.validationBatch(i).inputs).map((row) => row[0]))
			.sort((a, b) => a - b);
		expect(starts[0]).toBe(900);
		expect(starts.at(-1)).toBe(995);
		for (let i = 1; i < starts.length; i++) expect([8, 9]).toContain(starts[i] - starts[i - 1]);
	});

	it('draws a batch from seed and step alone', () => {
		const one = createTask(experiment(), book);
		const other = createTask(experiment({ methods: ['svformer'], seeds: [9], steps: 7, learningRate: 1e-4, layers: 1 }), book);
		other.trainingBatch(3, 0); // what was drawn before changes nothing
		expect(other.trainingBatch(1, 5)).toEqual(one.trainingBatch(1, 5));
		expect(one.trainingBatch(1, 5).inputs).not.toEqual(one.trainingBatch(1, 6).inputs);
		expect(one.trainingBatch(1, 5).inputs).not.toEqual(one.trainingBatch(2, 5).inputs);
		expect(other.validationBatch(2)).toEqual(one.validationBatch(2));
		expect(other.probeBatch()).toEqual(one.probeBatch());
	});

	it('draws the same as in earlier versions: a link gives the same curve next year', () => {
		const task = createTask(experiment(), book);
		expect(task.vocabulary.decode(task.trainingBatch(1, 0).inputs.subarray(0, 64))).toBe(
			'ected with the line, and the line is running, hence that weapon ',
		);
		expect(
			[task.trainingBatch(1, 0), task.trainingBatch(2, 1), task.validationBatch(7), task.probeBatch()].map((batch) => fnv(batch.inputs)),
		).toEqual(['3f9a54eb', 'fe39ed17', 'e7a004fc', 'f225f3a2']);
	});

	it('works at the largest lengths that fit, and names them if a length does not', () => {
		const fits = createTask(experiment({ sequenceLength: 99, batchSize: 1, validationBatches: 1 }), ladder(1000));
		expect(fits.validationBatch(0).targets.at(-1)).toBe(999);
		const fail = (length: number, sequenceLength: number): TaskError => {
			try {
				createTask(experiment({ sequenceLength }), ladder(length));
			} catch (error) {
				return error as TaskError;
			}
			throw new Error('no error');
		};
		expect(fail(1000, 100)).toBeInstanceOf(TaskError);
		expect(fail(1000, 100).problem.field).toBe('sequenceLength');
		expect(fail(1000, 100).problem.message).toMatch(
			/sequenceLength 100 needs 101 characters .* of this text's 1000 characters .* has 100: sequenceLength may be at most 99/,
		);
		expect(fail(20, 64).message).toMatch(/too short for any/);
		expect(fail(0, 64).message).toMatch(/too short for any/);
	});

	it('refuses more validation batches than there are', () => {
		const task = createTask(experiment({ validationBatches: 2 }), book);
		for (const index of [-1, 2, 0.5]) expect(() => task.validationBatch(index)).toThrow(RangeError);
	});

	it('averages over positions with a target, not over batches', () => {
		const task = createTask(experiment(), book);
		const batch = (targets: number[]): Batch => ({
			inputs: new Int32Array(targets.length),
			targets: Int32Array.from(targets),
			batchSize: 1,
			sequenceLength: targets.length,
		});
		const evaluations = [
			{ batch: batch([1, 1, 1]), losses: [1, 2, 3] },
			{ batch: batch([IGNORED, 1, IGNORED]), losses: [Number.NaN, 10, 99] },
		];
		expect(task.metrics(evaluations)).toEqual({ validationLoss: 4 });
		expect(task.metrics([])).toEqual({});
	});
});
