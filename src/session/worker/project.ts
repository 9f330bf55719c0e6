import { loadMobyDick } from '../../data/mobyDick';
import type { Task } from '../../data/task';
import { methodsOf } from '../../experiment/methods/names';
import type { Experiment } from '../../experiment/types';
import { type ProjectRun, projectRun, RECORDED_LOSSES } from '../../export/projectRun';
import { type RunState, stateOf } from '../../export/runCheckpoint';
import { Texts } from '../../export/texts';
import type { GpuContext } from '../../gpu/gpuContext';
import { Run, type RunTrainer } from '../../training/run';
import type { NamedFile } from '../client/protocol';

/** A run, and the state that its project starts from; null = its first weights. */
interface Start {
	run: Run;
	state: RunState | null;
}

/**
 * A run with steps left continues from its present step. One that has taken them all, or that diverged, starts over; a fork or a run
 * whose λ were set cannot, because its steps do not lead to it from its first weights. @throws Error if such a run has diverged
 */
export async function projectStart(run: Run, model: RunTrainer): Promise<Start> {
	const replayable = run.fork === null && run.lambdaEdits.length === 0;
	const diverged = run.state === 'diverged';
	if (diverged && !replayable)
		throw new Error(`${run.id} has diverged, and its steps do not lead to it from its first weights: export the run that it is from`);
	const over = diverged || (replayable && model.step >= run.experiment.steps);
	return { run, state: model.step === 0 || over ? null : await stateOf(run, model) };
}

/** The run of an experiment with one method and one seed. */
export function onlyRunOf(id: string, experiment: Experiment, task: Task): Run {
	const [method] = methodsOf(experiment);
	return new Run({ experiment, method, seed: experiment.seeds[0], task, id });
}

/** The files of a PyTorch project, with the losses of a copy of each run. */
export async function projectOf(
	starts: readonly Start[],
	{ gpu, link, progress }: { gpu: GpuContext; link: string; progress: (progress: { done: number; total: number }) => void },
): Promise<NamedFile[]> {
	const texts = new Texts(loadMobyDick);
	const runs: ProjectRun[] = [];
	for (const { run, state } of starts) {
		progress({ done: runs.length, total: starts.length });
		runs.push(await projectRun(run, state, { texts, gpu, losses: RECORDED_LOSSES }));
	}
	// Loaded with the first project: it is large.
	const { projectFiles } = await import('../../export/project');
	const files = projectFiles(runs, { link, adapter: gpu.adapter.name, several: runs.length > 1 });
	return Array.from(files, ([name, bytes]) => ({ name, bytes }));
}
