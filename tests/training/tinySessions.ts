/** Tiny runs in sessions on one device, for tests of runs that come, go and change. */
import { expect } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import type { Task } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { methodsOf } from '../../src/experiment/methods/names';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';
import { copyOf, forkOf } from '../../src/training/fork';
import { Run } from '../../src/training/run';
import { Session, type SessionListener } from '../../src/training/session';
import { devices, TINY } from './tiny';

const { opened, open } = devices();
/** The device that is open, with the kernels that it has compiled. */
const gpu = async () => {
	const last = opened.at(-1);
	return last && !last.isLost ? last : open();
};
const FIXED_RATE = { ...TINY, schedule: 'constant', steps: 12 };

const tasks = new Map<string, Task>();

export async function runOf(fields: Record<string, unknown>, id?: string): Promise<Run> {
	const { experiment, problems } = readExperiment({ ...FIXED_RATE, ...fields });
	expect(problems).toEqual([]);
	return new Run({ experiment, method: methodsOf(experiment)[0], seed: experiment.seeds[0], task: await taskOf(experiment), id });
}

async function taskOf(experiment: Experiment): Promise<Task> {
	const key = JSON.stringify([experiment.task, experiment.sequenceLength, experiment.batchSize]);
	const task = tasks.get(key) ?? createTask(experiment, await loadMobyDick());
	tasks.set(key, task);
	return task;
}

/** A session, each run's losses by step, and the order of its steps. */
export async function sessionOf(runs: Run[], listener: SessionListener = {}, budget?: () => number) {
	const losses = new Map<string, number[]>();
	const order: string[] = [];
	const keeping: SessionListener = {
		...listener,
		stepped(run, result) {
			order.push(run.id);
			const series = losses.get(run.id) ?? [];
			series[result.step] = result.loss;
			losses.set(run.id, series);
			listener.stepped?.(run, result);
		},
	};
	const session = new Session(runs, await gpu(), open, keeping, budget && { budget });
	await session.admitWaiting();
	return { session, losses, order };
}

/** Losses of a run trained alone and without a stop. */
export async function alone(fields: Record<string, unknown>): Promise<number[]> {
	const { session, losses } = await sessionOf([await runOf(fields)]);
	await session.train();
	await session.close();
	return [...losses.values()][0];
}

export const forked = async (session: Session, parent: Run, change: Partial<Experiment>): Promise<Run> => {
	const copy = await session.use(parent, (model) => copyOf(parent, model, session.gpu.adapter));
	const task = await taskOf({ ...parent.experiment, ...change });
	return forkOf(copy, change, { task, id: `${parent.id}~2` });
};

export const stepTo = async (session: Session, step: number) => {
	for (let done = 0; done < step; done++) await session.step();
};
