import { loadMobyDick } from '../data/mobyDick';
import type { Task } from '../data/task';
import { createTask } from '../data/tasks';
import type { Experiment } from '../experiment/types';
import { newRuns, Session } from '../training/session';
import { FAILED } from './failure';
import { type NodeGpu, openGpu } from './gpu';
import { CompileProgress } from './output/compileProgress';
import type { Watcher } from './output/watcher';

export const taskOf = async (experiment: Experiment): Promise<Task> => createTask(experiment, await loadMobyDick());

/** The parts of a training command that differ between commands. */
export interface Plans {
	/** Returns the watcher of the training. Called when the first runs' kernels are compiled. */
	watch(session: Session, gpu: NodeGpu): Watcher;
	/** Called after the training, when the watcher has ended. `Session.use` loads runs onto the device again. @returns the exit code */
	use(session: Session, gpu: NodeGpu, watcher: Watcher): Promise<number>;
	/** The experiment's task, if it has been made already. */
	task?: Task;
}

/** Trains all runs of an experiment for `steps`, or until Ctrl-C. @returns the exit code */
export async function withTrained(
	experiment: Experiment,
	steps: number,
	signal: AbortSignal,
	{ watch, use, task }: Plans,
): Promise<number> {
	const made = task ?? (await taskOf(experiment));
	const gpu = await openGpu();
	const compiling = new CompileProgress();
	let watcher: Watcher | undefined;
	// After a lost device, runs repeat the steps since their last checkpoints. Those must not be printed again.
	const printed = new Map<string, number>();
	const isNew = (run: { id: string }, step: number, kind: 'step' | 'metrics') => {
		const key = `${kind} ${run.id}`;
		if (step <= (printed.get(key) ?? -1)) return false;
		printed.set(key, step);
		return true;
	};
	const session = new Session(newRuns(experiment, made, steps), gpu.context, gpu.reopen, {
		compiling: (...progress) => {
			// Stop only between two kernels: exiting while one compiles may crash.
			signal.throwIfAborted();
			// Runs that had to wait compile during the training: a second bar would draw over the watcher's screen.
			if (!watcher) compiling.report(...progress);
		},
		stepped: (run, result) => isNew(run, result.step, 'step') && watcher?.stepped(run, result),
		measured: (run, step, metrics) => isNew(run, step, 'metrics') && watcher?.measured(run, step, metrics),
		diverged: (run, step) => watcher?.diverged(run, step),
		finished: (run, metrics) => watcher?.finished(run, metrics),
		deviceLost: (message) => message && watcher?.note(`${message}; opening a new device`),
		resumed: (at) =>
			watcher?.note(
				`training continues: ${Object.entries(at)
					.map(([run, step]) => `${run} from step ${step}`)
					.join(', ')}`,
			),
	});
	const stop = () => {
		compiling.end();
		watcher?.end();
		session.pause().catch(() => {});
	};
	signal.addEventListener('abort', stop, { once: true });
	try {
		await Promise.race([session.admitWaiting(), gpu.fault]);
		if (signal.aborted) return FAILED;
		compiling.end();
		watcher = watch(session, gpu);
		await Promise.race([session.train(), gpu.fault]);
		watcher.end();
		const code = signal.aborted ? FAILED : await Promise.race([use(session, gpu, watcher), gpu.fault]);
		await session.close();
		return code;
	} finally {
		compiling.end();
		watcher?.end();
		gpu.close();
	}
}
