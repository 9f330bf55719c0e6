import { loadMobyDick } from '../data/mobyDick';
import type { Task } from '../data/task';
import { createTask } from '../data/tasks';
import type { Experiment } from '../experiment/types';
import { runsOf, Session } from '../training/session';
import { FAILED } from './failure';
import { type NodeGpu, openGpu } from './gpu';
import { CompileProgress } from './output/compileProgress';
import type { Watcher } from './output/watcher';

export const taskOf = async (experiment: Experiment): Promise<Task> => createTask(experiment, await loadMobyDick());

/** What a command does with a training. */
export interface Plans {
	/** Who is told how it goes; asked for once every kernel is compiled. */
	watch(session: Session, gpu: NodeGpu): Watcher;
	/** Once it is over and the watcher's screen is cleared; `Session.use` brings runs back to the device. @returns the exit code */
	use(session: Session, gpu: NodeGpu, watcher: Watcher): Promise<number>;
	/** The experiment's task, where it is made already. */
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
	// A device that is lost takes its runs back to their last checkpoints: what was printed isn't printed again.
	const printed = new Map<string, number>();
	const isNew = (run: { id: string }, step: number, what: string) => {
		const key = `${what} ${run.id}`;
		if (step <= (printed.get(key) ?? -1)) return false;
		printed.set(key, step);
		return true;
	};
	const session = new Session(runsOf(experiment, made, steps), gpu.context, gpu.reopen, {
		compiling: (...progress) => {
			// Between two kernels is the place to stop.
			signal.throwIfAborted();
			// What is compiled for runs that had to wait would draw over the watcher's screen.
			if (!watcher) compiling.report(...progress);
		},
		stepped: (run, result) => isNew(run, result.step, 'step') && watcher?.stepped(run, result),
		measured: (run, step, metrics) => isNew(run, step, 'metrics') && watcher?.measured(run, step, metrics),
		diverged: (run, step) => watcher?.diverged(run, step),
		finished: (run, metrics) => watcher?.finished(run, metrics),
		deviceLost: (message) => watcher?.note(`${message}; going on with a new device`),
		resumed: (at) =>
			watcher?.note(
				`training goes on: ${Object.entries(at)
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
