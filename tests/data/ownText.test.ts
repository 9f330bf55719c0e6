import { describe, expect, it } from 'vitest';
import { measureTask } from '../../src/data/evaluate';
import { type Batch, IGNORED } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';

const own = (changes: Partial<Experiment>): Experiment => {
	const { experiment, problems } = readExperiment({ task: 'own-text', ...changes });
	expect(problems).toEqual([]);
	return experiment;
};
/** A text whose characters are all different, so that every token identifies its position. */
const ladder = (length: number): string => Array.from({ length }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
const row = (of: Int32Array, { sequenceLength }: Batch, index: number): number[] => [
	...of.slice(index * sequenceLength, (index + 1) * sequenceLength),
];

describe('own text', () => {
	it('is read by code point, with its own characters as the vocabulary and its tail held out', () => {
		const text = 'Ναυσικάα 🐋\r\n'.repeat(40);
		const task = createTask(own({ text, sequenceLength: 16 }), 'another book');
		expect(task.vocabularySize).toBe(new Set(text).size);
		expect(task.vocabulary.encode('🐋').length).toBe(1);
		const { inputs, targets } = task.trainingBatch(1, 0);
		expect(text).toContain(task.vocabulary.decode([...inputs.slice(0, 16), targets[15]]));
	});

	it('at the longest sequence that is allowed still has a window to train on and one to hold out', () => {
		for (const length of [21, 200, 1000]) {
			const text = ladder(length);
			const { problems } = readExperiment({ task: 'own-text', text, sequenceLength: 2048 });
			const sequenceLength = Number(/at most (\d+)$/.exec(problems[0].message)?.[1]);
			const task = createTask(own({ text, sequenceLength }), '');
			expect(Math.max(...task.validationBatch(7).targets)).toBe(length - 1);
			expect(Math.max(...task.trainingBatch(1, 0).targets)).toBeLessThan(length * 0.9);
		}
	});
});

describe('a held-out passage shown twice', () => {
	for (const sequenceLength of [8, 9, 2])
		it(`has the same characters as targets in both showings: T = ${sequenceLength}`, () => {
			const experiment = own({ text: ladder(1000), sequenceLength });
			const task = createTask(experiment, '');
			const r = Math.floor(sequenceLength / 2);
			for (let index = 0; index < experiment.validationBatches; index++) {
				const batch = task.repeatedPassageBatch?.(index) as Batch;
				for (let b = 0; b < batch.batchSize; b++) {
					const [inputs, targets] = [row(batch.inputs, batch, b), row(batch.targets, batch, b)];
					expect(inputs.slice(0, r)).toEqual(inputs.slice(r, 2 * r));
					expect(inputs[0]).toBeGreaterThanOrEqual(900);
					const asked = [...inputs.slice(1, r), IGNORED];
					expect(targets).toEqual([...asked, ...asked, ...(sequenceLength % 2 ? [IGNORED] : [])]);
				}
			}
			expect(() => task.repeatedPassageBatch?.(experiment.validationBatches)).toThrow(RangeError);
		});

	it('is scored by the loss on the second showing minus the first', async () => {
		const experiment = own({ text: ladder(1000), sequenceLength: 9 });
		const task = createTask(experiment, '');
		let calls = 0;
		// Validation batches come first, then the repeated ones: 3 nats in the first showing, 1 in the second.
		const metrics = await measureTask(task, experiment, async ({ targets, sequenceLength }) => {
			const repeated = calls++ >= experiment.validationBatches;
			return {
				losses: Float32Array.from(targets, (target, i) => (target === IGNORED ? 99 : !repeated ? 2 : i % sequenceLength < 4 ? 3 : 1)),
			};
		});
		expect(calls).toBe(10);
		expect(metrics).toEqual({ validationLoss: 2, firstShowingLoss: 3, secondShowingLoss: 1, inductionDifference: -2 });
	});
});
