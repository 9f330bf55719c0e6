import { methodsOf } from '../../experiment/methods/names';
import { runKey } from '../../experiment/runs';
import { Run } from '../../training/run';
import { Session } from '../../training/session';
import { explain, UNUSABLE, UsageError } from '../failure';
import { type NodeGpu, openGpu } from '../gpu';
import { taskOf } from '../training';
import type { Cell, Ending } from './lines';

/** Callbacks of a sweep. */
export interface SweepWatcher {
	/** The GPU is open. */
	opened(gpu: NodeGpu): void;
	/** Kernels of a run are being compiled. */
	compiling(done: number, total: number, kernel: string): void;
	/** A run took a step. */
	stepped(run: string): void;
	/** A cell's runs have ended. @param endings by method, with the baseline's */
	ended(cell: Cell, endings: ReadonlyMap<string, Ending>): void;
	note(text: string): void;
}

/** Trains cells one after the other on one device; the memory of each is freed before the next. Returns early after `signal`. */
export async function trainCells(cells: readonly Cell[], signal: AbortSignal, watcher: SweepWatcher): Promise<void> {
	const gpu = await openGpu();
	const endings = new Map<Run, Ending>();
	const session = new Session([], gpu.context, gpu.reopen, {
		compiling: (...progress) => {
			// Stop only between two kernels: exiting while one compiles may crash.
			signal.throwIfAborted();
			watcher.compiling(...progress);
		},
		stepped: (run, { step, loss }) => {
			const ending = endings.get(run) as Ending;
			ending.losses[step] = loss;
			// After a lost device, runs repeat the steps since their last checkpoints, with the same numbers.
			if (step < ending.steps) return;
			ending.steps = step + 1;
			watcher.stepped(run.id);
		},
		finished: (run, metrics) => {
			(endings.get(run) as Ending).metrics = metrics;
		},
		deviceLost: (message) => message && watcher.note(`${message}; opening a new device`),
	});
	const stop = () => void session.pause().catch(() => {});
	signal.addEventListener('abort', stop, { once: true });
	try {
		watcher.opened(gpu);
		const shared = new SharedEndings(cells);
		for (const cell of cells) {
			const runs = (await runsOf(cell)).filter((run) => !shared.has(cell, run.method.name));
			for (const run of runs) endings.set(run, { losses: new Float64Array(run.steps), steps: 0, metrics: null });
			session.add(runs);
			await Promise.race([session.train(), gpu.fault]).catch((error) => refuse(cell, error));
			if (signal.aborted) return;
			for (const [run, ending] of endings) shared.set(cell, run.method.name, ending);
			watcher.ended(cell, shared.take(cell));
			await session.remove(runs);
			endings.clear();
		}
		await session.close();
	} finally {
		signal.removeEventListener('abort', stop);
		gpu.close();
	}
}

/**
 * Results of runs by `runKey`. Runs that several points have, such as the baseline's, train once. A result is kept until the
 * last cell that needs it.
 */
class SharedEndings {
	private readonly endings = new Map<string, Ending>();
	private readonly lastCell = new Map<string, Cell>();

	constructor(cells: readonly Cell[]) {
		for (const cell of cells) for (const method of trainedIn(cell)) this.lastCell.set(this.keyOf(cell, method), cell);
	}

	has(cell: Cell, method: string): boolean {
		return this.endings.has(this.keyOf(cell, method));
	}

	set(cell: Cell, method: string, ending: Ending): void {
		this.endings.set(this.keyOf(cell, method), ending);
	}

	/** The results of a cell by method. Forgets those that no later cell needs. */
	take(cell: Cell): Map<string, Ending> {
		return new Map(
			trainedIn(cell).map((method) => {
				const key = this.keyOf(cell, method);
				const ending = this.endings.get(key) as Ending;
				if (this.lastCell.get(key) === cell) this.endings.delete(key);
				return [method, ending];
			}),
		);
	}

	private keyOf({ point, seed }: Cell, method: string): string {
		return runKey(point.experiment, method, seed);
	}
}

/** Rethrows an error of a cell's training. One that the user can fix names the point. */
function refuse({ point: { index, point } }: Cell, error: unknown): never {
	const { code, text } = explain(error);
	if (code !== UNUSABLE || Object.keys(point).length === 0) throw error;
	throw new UsageError(`sweep[${index}]: ${text}`);
}

/** The methods of a cell, and its baseline if that is of another point. */
const trainedIn = ({ methods, baseline }: Cell): string[] => [...new Set([...methods, baseline.method])];

async function runsOf(cell: Cell): Promise<Run[]> {
	const { point, seed, methods, runs, baseline } = cell;
	// A line has the last measurement alone.
	const experiment = { ...point.experiment, methods: trainedIn(cell), validateEvery: 0, probeEvery: 0 };
	const task = await taskOf(experiment);
	const idOf = (name: string) => runs[methods.indexOf(name)] ?? baseline.run;
	return methodsOf(experiment).map((method) => new Run({ experiment, method, seed, task, point: point.index, id: idOf(method.name) }));
}
