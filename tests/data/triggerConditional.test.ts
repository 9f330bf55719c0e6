import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { readExperiment } from '../../src/experiment/validate';

const N = 16;

function make(fields: object = {}) {
	const { experiment, problems } = readExperiment({ task: 'trigger-conditional', sequenceLength: 9, batchSize: 40, ...fields });
	expect(problems).toEqual([]);
	return createTask(experiment, '');
}

/** The vectors of a batch, [B][T][n], and the position of each sequence's trigger, from 0. */
function read({ inputs, vectors, positionClass, batchSize, sequenceLength }: Batch) {
	const rows = (numbers: Float32Array) =>
		Array.from({ length: batchSize }, (_, b) =>
			Array.from({ length: sequenceLength }, (__, t) => {
				const at = (b * sequenceLength + t) * N;
				return Array.from(numbers.subarray(at, at + N));
			}),
		);
	if (!vectors) throw new Error('the batch has no vectors');
	const [x, y] = [rows(vectors.inputs), rows(vectors.targets)];
	return {
		x,
		y,
		triggers: x.map((sequence) => sequence.findIndex((row) => row[1] === 1)),
		classes: Array.from(positionClass ?? []),
		inputs,
	};
}

describe('a batch of the trigger-conditional mean', () => {
	const { x, y, triggers, classes, inputs } = read(make().trainingBatch(1, 0));

	it('marks BOS at the first position and one trigger from the third on', () => {
		for (const [b, sequence] of x.entries()) {
			expect(sequence.map((row) => row[0])).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
			expect(sequence.filter((row) => row[1] !== 0)).toHaveLength(1);
			expect(triggers[b]).toBeGreaterThanOrEqual(2);
			expect(sequence.map((row) => row[N - 1])).toEqual(sequence.map((_, t) => (t === 0 || t === triggers[b] ? 0 : 1)));
		}
	});

	it('has content between −1 and 1 everywhere but at BOS, with the variance of a uniform distribution', () => {
		const content = x.flatMap((sequence) => sequence.slice(1).flatMap((row) => row.slice(2, N - 1)));
		expect(x.every(([bos]) => bos.slice(1).every((value) => value === 0))).toBe(true);
		expect(content.every((value) => Math.abs(value) <= 1 && value !== 0)).toBe(true);
		expect(content.reduce((sum, value) => sum + value * value, 0) / content.length).toBeCloseTo(1 / 3, 1);
	});

	it('asks a trigger for the mean of the vectors from the second position to its own, and every other position for 0', () => {
		for (const [b, sequence] of x.entries())
			for (const [t, answer] of y[b].entries()) {
				const seen = sequence.slice(1, t + 1);
				const mean = (c: number) => (t === triggers[b] ? seen.reduce((sum, row) => sum + row[c], 0) / seen.length : 0);
				answer.forEach((value, c) => {
					expect(value).toBeCloseTo(mean(c), 6);
				});
			}
	});

	it('names its positions for maps', () => {
		const { vocabulary } = make();
		const names = Array.from(inputs, (token) => vocabulary.display(token));
		for (const [b, trigger] of triggers.entries())
			expect(names.slice(b * 9, (b + 1) * 9)).toEqual(
				Array.from({ length: 9 }, (_, t) => (t === 0 ? 'BOS' : t === trigger ? 'trigger' : '·')),
			);
		expect(classes).toEqual(Array.from(inputs));
	});

	it('puts the trigger at each position from the third to the last about as often', () => {
		const { triggers: many } = read(make({ batchSize: 1024, sequenceLength: 6 }).trainingBatch(2, 7));
		for (const position of [2, 3, 4, 5]) {
			const share = many.filter((trigger) => trigger === position).length / many.length;
			expect(Math.abs(share - 0.25), `position ${position + 1}`).toBeLessThan(0.06);
		}
	});
});

it('reports the error at triggers and at all other positions', () => {
	const batch = make({ batchSize: 2 }).validationBatch(0);
	const losses = Array.from(batch.inputs, (name) => (name === 2 ? 0.9 : 0.09));
	const { validationLoss, triggerError, nonTriggerError } = make({ batchSize: 2 }).metrics([{ batch, losses }]);
	expect([triggerError, nonTriggerError]).toEqual([expect.closeTo(0.9, 12), expect.closeTo(0.09, 12)]);
	expect(validationLoss).toBeCloseTo(0.18, 12);
});
