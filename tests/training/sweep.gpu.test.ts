/** A sweep of the batch size on a device: memory is that of the point in training, and losses are those of its runs alone. */
import { expect, it } from 'vitest';
import { createTask } from '../../src/data/tasks';
import { runsOf } from '../../src/experiment/runs';
import { readExperiment } from '../../src/experiment/validate';
import { RunNames } from '../../src/session/worker/runNames';
import type { Run } from '../../src/training/run';
import { Session } from '../../src/training/session';
import { devices, TINY } from './tiny';

const { open } = devices();

const { experiment } = readExperiment({
	...TINY,
	task: 'copy',
	vocabularySize: 8,
	steps: 2,
	warmupSteps: 1,
	methods: ['vanilla', 'svformer'],
	sweep: [2, 4, 8, 16].map((batchSize) => ({ batchSize })),
});

async function train(only?: number) {
	const wanted = runsOf(experiment).filter(({ point }) => only === undefined || point.index === only);
	const runs = new RunNames().begin(wanted.map((run) => ({ ...run, task: createTask(run.point.experiment, '') })));
	const gpu = await open();
	const losses: number[][] = [];
	/** Bytes of the runs and of the activations that they share, by point. */
	const bytes: number[] = [];
	const stepped = (run: Run, { loss }: { loss: number }) => {
		losses[run.point] = [...(losses[run.point] ?? []), loss];
		bytes[run.point] = runs.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0) + gpu.pool.bytes;
	};
	const session = new Session(runs, gpu, open, { stepped });
	await session.train();
	await session.close();
	return { losses, bytes, left: gpu.pool.bytes };
}

it('a point takes the memory and has the losses that it has alone', async () => {
	const all = await train();
	const alone = [await train(0), await train(3)];
	for (const [i, point] of [0, 3].entries()) {
		expect(all.losses[point]).toHaveLength(4);
		expect(all.losses[point]).toEqual(alone[i].losses[point]);
		expect(all.bytes[point]).toBe(alone[i].bytes[point]);
	}
	expect(all.bytes[3]).toBeGreaterThan(all.bytes[0]);
	expect(all.left).toBe(0);
});
