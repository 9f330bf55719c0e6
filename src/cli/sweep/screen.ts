import cliProgress from 'cli-progress';
import { type SweepPoint, sweepPoints } from '../../experiment/sweep';
import type { Experiment } from '../../experiment/types';
import { decimals, table } from '../output/table';
import { type Cell, keysOf, type SummaryLine } from './lines';

/** Longest time without a line if stderr is not a terminal, ms. */
const LINE_INTERVAL = 30_000;

/** Progress of a sweep on stderr: a bar in a terminal, else a line per finished point and seed and every 30 seconds. */
export class SweepProgress {
	private bar: cliProgress.SingleBar | null = null;
	private done = 0;
	private trained = 0;
	private readonly startedAt = performance.now();
	private printedAt = performance.now();
	/** Steps to train. */
	private readonly total: number;
	/** Number of runs, those of earlier sweeps included. */
	private readonly runs: number;
	private readonly endedCells: Cell[];
	private readonly before: number;

	/**
	 * @param cells those of the whole sweep
	 * @param done those that an earlier sweep has left in its file
	 * @param keys of a cell's runs; runs with the same key are trained once
	 */
	constructor(
		cells: readonly Cell[],
		done: readonly Cell[],
		private readonly keys: (cell: Cell) => readonly string[] = keysOf,
	) {
		this.endedCells = [...done];
		this.before = this.stepsOf(done);
		this.total = this.stepsOf(cells) - this.before;
		this.runs = this.stepsByRun(cells).size;
		const { finished } = this;
		if (!process.stderr.isTTY) return;
		const format = '{bar} {value}/{total} steps  {finished}/{runs} runs  {run}  {left} left';
		this.bar = new cliProgress.SingleBar(
			{ format, hideCursor: true, gracefulExit: false, barsize: 24, fps: 8, emptyOnZero: true },
			cliProgress.Presets.shades_classic,
		);
		this.bar.start(this.total, 0, { finished, runs: this.runs, run: 'compiling', left: '–' });
	}

	/** Shows the progress of compilation in the bar. @returns false if there is no bar */
	compiling(done: number, total: number, kernel: string): boolean {
		this.bar?.update(this.done, { run: done < total ? `compiling kernel ${done + 1} of ${total}: ${kernel}` : '' });
		return this.bar !== null;
	}

	stepped(run: string): void {
		this.done++;
		this.trained++;
		if (this.bar) this.bar.update(this.done, { run, left: this.left() });
		else if (performance.now() - this.printedAt > LINE_INTERVAL) this.print(`${this.done} of ${this.total} steps`);
	}

	ended(cell: Cell): void {
		this.endedCells.push(cell);
		// Runs that diverged took fewer steps.
		this.done = this.stepsOf(this.endedCells) - this.before;
		this.bar?.update(this.done, { finished: this.finished, left: this.left() });
		if (!this.bar) this.print(`${this.finished} of ${this.runs} runs finished`);
	}

	note(text: string): void {
		console.error(text);
	}

	end(): void {
		this.bar?.stop();
		this.bar = null;
	}

	private get finished(): number {
		return this.stepsByRun(this.endedCells).size;
	}

	private stepsByRun(cells: readonly Cell[]): Map<string, number> {
		return new Map(cells.flatMap((cell) => this.keys(cell).map((key): [string, number] => [key, cell.point.experiment.steps])));
	}

	private stepsOf(cells: readonly Cell[]): number {
		return [...this.stepsByRun(cells).values()].reduce((sum, steps) => sum + steps, 0);
	}

	private print(done: string): void {
		this.printedAt = performance.now();
		console.error(`${done}; ${this.left()} left`);
	}

	/** Time left at the pace so far, such as `3 min`. */
	private left(): string {
		if (this.trained === 0) return '–';
		const seconds = ((performance.now() - this.startedAt) / 1000 / this.trained) * (this.total - this.done);
		if (seconds < 90) return `${Math.round(seconds)} s`;
		return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
	}
}

/** A point as text: `steps 600, learningRate 0.002`. */
const pointText = (point: SweepPoint): string =>
	Object.entries(point)
		.map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(',') : value}`)
		.join(', ') || 'as it is';

/** A table with a row per point and method: validation loss, its difference from the baseline, and the critical point. */
export function sweepTable(experiment: Experiment, lines: readonly SummaryLine[]): string {
	const rows = sweepPoints(experiment).flatMap(({ point }) => {
		const own = lines.filter((line) => line.point === point || JSON.stringify(line.point) === JSON.stringify(point));
		return [...new Set(own.map(({ method }) => method))].map((method) => {
			const line = (metric: string) => own.find((each) => each.method === method && each.metric === metric);
			return [pointText(point), method, ...lossCells(line('validationLoss')), criticalText(line('criticalPoint'))];
		});
	});
	return table([['point', 'method', 'seeds', 'validation loss', 'difference', 'critical point'], ...rows]);
}

const interval = (mean: number, half: number | null): string => `${decimals(mean)}${half === null ? '' : ` ± ${decimals(half)}`}`;

function lossCells(line: SummaryLine | undefined): [string, string, string] {
	if (!line) return ['0', '–', '–'];
	const { n, mean, halfWidth, difference } = line;
	const verdict = difference && (difference.separated ? 'separated' : 'not separated');
	return [String(n), interval(mean, halfWidth), difference ? `${interval(difference.mean, difference.halfWidth)} ${verdict}` : '–'];
}

function criticalText(line: SummaryLine | undefined): string {
	if (!line) return '–';
	const { n, mean, notReached = 0, neverAhead = 0 } = line;
	const parts = [
		n > 0 ? `step ${Math.round(mean)} (${n})` : '',
		notReached > 0 ? `not reached (${notReached})` : '',
		neverAhead > 0 ? `never ahead (${neverAhead})` : '',
	];
	return parts.filter(Boolean).join(', ');
}
