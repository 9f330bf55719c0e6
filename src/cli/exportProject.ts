import { join } from 'node:path';
import { loadMobyDick } from '../data/mobyDick';
import type { Task } from '../data/task';
import { encodeLink } from '../experiment/link';
import type { Experiment } from '../experiment/types';
import { PROJECT_FILES, projectFiles, runFolders } from '../export/project';
import { type ProjectRun, projectRun, projectRuns } from '../export/projectRun';
import { stateOf } from '../export/runCheckpoint';
import { Texts } from '../export/texts';
import { FAILED, UsageError } from './failure';
import { checkReplaceable, writeFolder } from './folders';
import { openGpu } from './gpu';
import { TrainingScreen } from './output/trainingScreen';
import { taskOf, withTrained } from './training';

interface Options {
	out: string;
	/** Updates before the export. */
	steps: number;
	losses: number;
}

/** Writes a PyTorch project of an experiment's runs. @returns the exit code */
export async function exportProject(experiment: Experiment, { out, steps, losses }: Options, signal: AbortSignal): Promise<number> {
	if (experiment.sweep && steps > 0)
		throw new UsageError('the experiment has a sweep, which is exported from the initial weights only: leave out --steps');
	checkReplaceable(out, PROJECT_FILES, 'train.py', 'experiment.json');
	const texts = new Texts(loadMobyDick);
	const write = (runs: readonly ProjectRun[], adapter: string | null, several: boolean) => {
		writeFolder(out, projectFiles(runs, { link: `#${encodeLink(experiment)}`, adapter, several }));
		for (const [i, folder] of runFolders(runs, several).entries()) console.log(`${runs[i].checkpoint.run}: ${join(out, folder)}`);
	};
	if (steps > 0)
		return withTrained(experiment, steps, signal, {
			watch: ({ runs }, { context }) => new TrainingScreen(runs, steps, experiment, context.adapter),
			async use(session) {
				const done = session.runs.filter((run) => run.state === 'finished');
				if (!done.length) return FAILED;
				const made: ProjectRun[] = [];
				for (const run of done) {
					const state = await session.use(run, (model) => stateOf(run, model));
					made.push(await projectRun(run, state, { texts, gpu: losses > 0 ? session.gpu : null, losses }));
				}
				write(made, session.gpu.adapter.name, session.runs.length > 1);
				return done.length < session.runs.length ? FAILED : 0;
			},
		});
	const tasks = new Map<Experiment, Promise<Task>>();
	const runs = await projectRuns(experiment, (at) => {
		const task = tasks.get(at) ?? taskOf(at);
		tasks.set(at, task);
		return task;
	});
	const gpu = losses > 0 ? await openGpu() : null;
	try {
		const made: ProjectRun[] = [];
		for (const run of runs) {
			signal.throwIfAborted();
			const job = projectRun(run, null, { texts, gpu: gpu?.context ?? null, losses });
			made.push(await (gpu ? Promise.race([job, gpu.fault]) : job));
		}
		write(made, gpu?.context.adapter.name ?? null, runs.length > 1);
		return 0;
	} finally {
		gpu?.close();
	}
}
