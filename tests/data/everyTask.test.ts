/** Holds every task in the table to what its descriptor says, with no list of names. */
import { beforeAll, describe, expect, it } from 'vitest';
import { measureTask } from '../../src/data/evaluate';
import { loadMobyDick } from '../../src/data/mobyDick';
import { type Batch, IGNORED, type Task } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { findPreset, PRESETS } from '../../src/experiment/presets';
import { readsBook, TASK_NAMES, taskDescriptor } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';

let book = '';
beforeAll(async () => {
	book = await loadMobyDick();
});

describe.each(TASK_NAMES)('the task %s', (name) => {
	const descriptor = taskDescriptor(name);
	const preset = (findPreset(name) ?? PRESETS.find(({ experiment }) => experiment.task === name))?.experiment;
	const experiment: Experiment = { ...(preset ?? readExperiment({ task: name }).experiment), batchSize: 3, validationBatches: 2 };
	const create = (changes: Partial<Experiment> = {}): Task => createTask({ ...experiment, ...changes }, readsBook(experiment) ? book : '');

	const checkBatch = (task: Task, { inputs, targets, batchSize, sequenceLength, positionClass }: Batch): void => {
		expect(inputs.length).toBe(batchSize * sequenceLength);
		expect(targets.length).toBe(inputs.length);
		expect(sequenceLength).toBe(experiment.sequenceLength);
		expect(inputs.every((token) => token >= 0 && token < task.vocabularySize)).toBe(true);
		expect(targets.every((token) => token === IGNORED || (token >= 0 && token < task.vocabularySize))).toBe(true);
		expect(targets.some((token) => token !== IGNORED)).toBe(true);
		expect(positionClass !== undefined).toBe(descriptor.positionClasses.length > 0);
		for (const index of positionClass ?? []) expect(index).toBeLessThan(descriptor.positionClasses.length);
	};

	it('draws batches of the right sizes from seed and step alone', () => {
		const task = create();
		for (const batch of [task.trainingBatch(1, 0), task.validationBatch(1), task.probeBatch()]) checkBatch(task, batch);
		const other = create({ methods: ['svformer'], seeds: [9], layers: 1 });
		other.trainingBatch(3, 0);
		expect(other.trainingBatch(1, 5)).toEqual(task.trainingBatch(1, 5));
		expect(other.validationBatch(1)).toEqual(task.validationBatch(1));
		expect(other.probeBatch()).toEqual(task.probeBatch());
		expect(task.trainingBatch(1, 5).inputs).not.toEqual(task.trainingBatch(2, 5).inputs);
		expect(() => task.validationBatch(2)).toThrow(RangeError);
	});

	it('has tokens of the kind that it names', () => {
		const { vocabulary, vocabularySize } = create();
		expect(vocabulary.size).toBe(vocabularySize);
		expect(vocabulary.separator).toBe(descriptor.tokens === 'characters' ? '' : ' ');
	});

	it('reports the metrics that its descriptor explains, and no other', async () => {
		const metrics = await measureTask(create(), experiment, async ({ targets }) => ({
			losses: new Float32Array(targets.length).fill(0.5),
			correct: new Uint8Array(targets.length).fill(1),
		}));
		expect(Object.keys(metrics).sort()).toEqual(Object.keys(descriptor.metrics).sort());
		expect(metrics.validationLoss).toBeCloseTo(0.5, 6);
	});
});
