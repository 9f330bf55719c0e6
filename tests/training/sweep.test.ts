/** A sweep in the training session, without a GPU. */
import '../support/float16';
import { expect, it } from 'vitest';
import { createTask } from '../../src/data/tasks';
import { runsOf } from '../../src/experiment/runs';
import { readExperiment } from '../../src/experiment/validate';
import { RunNames } from '../../src/session/worker/runNames';
import { Session } from '../../src/training/session';
import { FakeGpu, fakeLoader } from './fakeGpu';

const { experiment, problems } = readExperiment({
	task: 'copy',
	vocabularySize: 8,
	layers: 2,
	heads: 1,
	hiddenSize: 4,
	intermediateSize: 4,
	sequenceLength: 8,
	batchSize: 1,
	warmupSteps: 1,
	validationBatches: 1,
	validateEvery: 0,
	probeEvery: 0,
	methods: ['vanilla', 'svformer'],
	seeds: [1, 2],
	sweep: [{ steps: 5 }, { steps: 3, sequenceLength: 12 }, { steps: 4, methods: ['resformer'] }],
});

it('trains the points one after the other, and frees the device memory of those that are done', async () => {
	expect(problems).toEqual([]);
	const runs = new RunNames().begin(runsOf(experiment).map((run) => ({ ...run, task: createTask(run.point.experiment, '') })));
	const gpu = new FakeGpu();
	const violations: string[] = [];
	const order: number[] = [];
	const open: number[][] = [];
	const session = new Session(
		runs,
		gpu.context,
		async () => gpu.context,
		{
			stepped: (run) => {
				order.push(run.point);
				open.push([...new Set(runs.filter(({ isOpen }) => isOpen).map(({ point }) => point))]);
			},
		},
		{
			load: fakeLoader(
				(what) => violations.push(what),
				() => {},
			),
		},
	);
	await session.train();
	expect(violations).toEqual([]);
	expect(runs.map(({ state, completedSteps }) => [state, completedSteps])).toEqual(
		[5, 5, 5, 5, 3, 3, 3, 3, 4, 4].map((steps) => ['finished', steps]),
	);
	expect(order).toEqual([...order].sort((a, b) => a - b));
	expect(new Set(open.map((each) => each.length))).toEqual(new Set([1]));
	// A run of an earlier point comes back when it is used.
	expect(await session.use(runs[0], async (model) => model.step)).toBe(5);
	runs[1].forget();
	await expect(session.use(runs[1], async () => 0)).rejects.toThrow('vanilla#2 has finished, and its weights were freed');
	await session.close();
});
