import type { GpuContext } from '../gpu/gpuContext';
import { pauseFor } from './pause';
import type { SessionRun } from './sessionRun';

/** Takes no steps, one of each run, or all. */
export type Mode = 'idle' | 'step' | 'train';

/** The scheduler gives way to messages at least this often, ms. */
const YIELD_INTERVAL = 8;
/**
 * Time that the steps in flight may take, seconds: a forward pass for the user waits behind them. One is always in
 * flight; the GPU's idle time between two long steps is short next to them.
 */
const LONGEST_QUEUE = 0.1;

/** Interval in which the scheduler looks for a pause or a lost device while a job holds it, ms. */
const HELD_INTERVAL = 50;

/** Work that the scheduler starts. */
export interface SchedulerWork {
	/** In the page's order. */
	readonly entries: readonly SessionRun[];
	/** True if a waiting run may have room on the device. */
	readonly mayAdmit: boolean;
	/** The admission of waiting runs in progress. */
	readonly admission: Promise<void> | null;
	admitWaiting(): Promise<void>;
	/** Submits a run's next step at once; resolves when its result has arrived. */
	advance(entry: SessionRun): Promise<void>;
	/** Measures, probes and saves a run if due after `step` updates; `arrived` is the last step's `advance`. */
	inspect(entry: SessionRun, step: number, arrived: Promise<void>): Promise<void>;
}

/**
 * Decides which run steps next, and bounds the steps in flight. The scheduled run with the fewest steps goes next:
 * charts and maps compare runs at equal steps, so a run that joined late catches up first.
 */
export class Scheduler {
	mode: Mode = 'idle';
	/** The job that keeps steps from starting. `quiet` is called when none is in flight. */
	private held: { over: Promise<void>; quiet(): void } | null = null;
	/** Calls of `run` in progress. */
	private active = 0;

	constructor(private readonly work: SchedulerWork) {}

	/** Submits steps while `isCurrent` and there are steps to take in the present mode. Resolves when the last have arrived. */
	async run(gpu: GpuContext, isCurrent: () => boolean): Promise<void> {
		this.active++;
		try {
			await this.submitSteps(gpu, isCurrent);
		} finally {
			if (--this.active === 0) this.held?.quiet();
		}
	}

	/** Runs `job` between two steps: after those in flight and what is measured after them. One job at a time. */
	async hold<T>(job: () => Promise<T>): Promise<T> {
		while (this.held) await this.held.over;
		let end = (): void => {};
		const over = new Promise<void>((resolve) => {
			end = resolve;
		});
		const still = new Promise<void>((quiet) => {
			this.held = { over, quiet };
		});
		try {
			if (this.active > 0) await still;
			return await job();
		} finally {
			this.held = null;
			end();
		}
	}

	private async submitSteps(gpu: GpuContext, isCurrent: () => boolean): Promise<void> {
		const { work } = this;
		/** Steps in flight, and the run of each. */
		const inFlight = new Map<Promise<void>, SessionRun>();
		let failure: unknown;
		let yielded = performance.now();
		const fail = (error: unknown) => {
			failure ??= error;
		};
		while (isCurrent()) {
			await gpu.ring.free();
			if (failure) throw failure;
			if (performance.now() - yielded > YIELD_INTERVAL) {
				await new Promise((resolve) => setTimeout(resolve));
				yielded = performance.now();
				continue;
			}
			const { held } = this;
			if (held && this.mode !== 'idle') {
				await Promise.all(inFlight.keys());
				held.quiet();
				await Promise.race([held.over, pauseFor(HELD_INTERVAL).over]);
				continue;
			}
			if (this.mode !== 'idle' && work.mayAdmit && !work.admission) work.admitWaiting().catch(fail);
			const next = this.next();
			if (!next) {
				const pending = [...inFlight.keys(), ...this.blockers()];
				if (!pending.length) break;
				await Promise.race(pending).catch(() => {});
				continue;
			}
			if (secondsOf(inFlight.values()) > LONGEST_QUEUE) {
				await Promise.race(inFlight.keys());
				continue;
			}
			const arrived = work.advance(next);
			const flight: Promise<void> = arrived.catch(fail).finally(() => inFlight.delete(flight));
			inFlight.set(flight, next);
			await work.inspect(next, next.run.step, arrived);
		}
		if (failure) throw failure;
	}

	/** The run to step next; null if none can step now. */
	private next(): SessionRun | null {
		let next: SessionRun | null = null;
		for (const entry of this.work.entries) {
			const ready = entry.phase === 'scheduled' && !entry.exclusive && entry.run.step < this.targetOf(entry);
			if (ready && (!next || entry.run.step < next.run.step)) next = entry;
		}
		return next;
	}

	/** Jobs that may give a run steps to take when they settle. */
	private blockers(): Promise<unknown>[] {
		if (this.mode === 'idle') return [];
		const { entries, admission } = this.work;
		return [...entries.flatMap(({ exclusive }) => exclusive ?? []), ...(admission ? [admission] : [])];
	}

	/** Number of updates at which a run stops in the present mode. */
	private targetOf({ run, targetStep }: SessionRun): number {
		if (this.mode === 'idle') return 0;
		return this.mode === 'train' ? run.steps : Math.min(run.steps, targetStep);
	}
}

/** Time that one step of each run takes, together, seconds; infinite if one has taken none yet. */
function secondsOf(entries: Iterable<SessionRun>): number {
	let seconds = 0;
	for (const { run } of entries) seconds += run.clock.secondsPerStep ?? Number.POSITIVE_INFINITY;
	return seconds;
}
