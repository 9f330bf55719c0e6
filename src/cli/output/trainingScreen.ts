import cliProgress from 'cli-progress';
import { isWeight } from '../../experiment/measures/weights';
import type { Metrics } from '../../experiment/records/metrics';
import type { Experiment } from '../../experiment/types';
import type { Device } from '../../gpu/device';
import type { Run } from '../../training/run';
import type { StepResult } from '../../training/trainer';
import { decimals, table } from './table';
import type { Watcher } from './watcher';

const style = { hideCursor: true, gracefulExit: false, barsize: 24, fps: 8, etaBuffer: 50, emptyOnZero: true } as const;

/** Lines on the terminal that are kept free of bars. */
const SPARE_ROWS = 3;

/** Shows a training to a user: one bar per run on stderr while it trains, and a table on stdout at the end. */
export class TrainingScreen implements Watcher {
	private bars: cliProgress.MultiBar | null;
	private readonly barOf = new Map<Run, cliProgress.SingleBar>();
	private readonly validation = new Map<Run, number>();
	private readonly results = new Map<Run, Metrics>();
	private readonly divergedAt = new Map<Run, number>();

	constructor(
		private readonly runs: readonly Run[],
		private readonly steps: number,
		experiment: Experiment,
		{ name, profile }: Device,
	) {
		console.error(
			`${runs.length} ${runs.length === 1 ? 'run' : 'runs'} of ${steps} steps, task ${experiment.task}, on ${name} (${profile.description})`,
		);
		this.bars = process.stderr.isTTY ? this.draw() : null;
	}

	/** Draws one bar per run, or one for all runs if the terminal has too few rows. */
	private draw(): cliProgress.MultiBar {
		const wide = Math.max(...this.runs.map(({ id }) => id.length));
		const format = '{name} {bar} {value}/{total}  loss {loss}  {validation}  {rate} tokens/s  {eta_formatted} left';
		const bars = new cliProgress.MultiBar({ ...style, format }, cliProgress.Presets.shades_classic);
		const blank = { loss: '–', validation: '', rate: '–' };
		if (this.runs.length + SPARE_ROWS > (process.stderr.rows || 24)) {
			const all = bars.create(this.steps * this.runs.length, 0, { name: `${this.runs.length} runs`, ...blank });
			for (const run of this.runs) this.barOf.set(run, all);
		} else for (const run of this.runs) this.barOf.set(run, bars.create(this.steps, 0, { name: run.id.padEnd(wide), ...blank }));
		return bars;
	}

	stepped(run: Run, { loss }: StepResult): void {
		const validation = this.validation.get(run);
		this.barOf.get(run)?.increment(1, {
			loss: decimals(loss),
			validation: validation === undefined ? '' : `validation ${decimals(validation)}`,
			rate: Math.round(run.tokensPerSecond).toLocaleString('en'),
		});
	}

	measured(run: Run, step: number, { validationLoss }: Metrics): void {
		this.validation.set(run, validationLoss as number);
		if (!this.bars)
			console.error(
				`${run.id}: step ${step} of ${this.steps}, loss ${decimals(run.finalLoss)}, validation ${decimals(validationLoss as number)}`,
			);
	}

	diverged(run: Run, step: number): void {
		this.divergedAt.set(run, step);
		this.barOf.get(run)?.update({ validation: `diverged at step ${step}` });
		if (!this.bars) console.error(`${run.id}: diverged at step ${step}: the loss or gradient norm is not finite. Other runs continue`);
	}

	finished(run: Run, metrics: Metrics): void {
		this.results.set(run, metrics);
	}

	note(text: string): void {
		if (this.bars) this.bars.log(`${text}\n`);
		else console.error(text);
	}

	end(): void {
		this.bars?.stop();
		this.bars = null;
	}

	summary(): void {
		const names = [...new Set([...this.results.values()].flatMap((metrics) => Object.keys(metrics)))];
		const rows = this.runs.map((run) => {
			const metrics = this.results.get(run);
			const step = this.divergedAt.get(run);
			return [
				run.id,
				run.parameters.toLocaleString('en'),
				step === undefined ? String(run.completedSteps) : `diverged at ${step}`,
				decimals(run.finalLoss),
				...names.map((name) => cell(metrics?.[name])),
				run.kvCacheBytesPerToken.toLocaleString('en'),
			];
		});
		console.log(table([['run', 'parameters', 'steps', 'final loss', ...names.map(spaced), 'KV bytes/token'], ...rows]));
	}
}

/** A metric as a cell of the table; a list has one number per layer. */
const cell = (value: number | number[] | undefined): string => {
	if (value === undefined) return '–';
	return Array.isArray(value) ? value.map(layerCell).join(' ') : decimals(value);
};

/** NaN stands for a layer without such a weight; a number that rounds to zero has no sign. */
const layerCell = (value: number): string => (Number.isNaN(value) ? '–' : decimals(value, 2).replace(/^-(0\.00)$/, '$1'));

/** `validationLoss` → `validation loss`. Weights such as `α on X₀` have their own letters. */
const spaced = (name: string): string => (isWeight(name) ? name : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
