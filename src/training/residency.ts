import type { GpuContext } from '../gpu/gpuContext';
import type { LoadModel, Run, RunTrainer } from './run';

/** What is told of runs that come onto the device and leave it. */
export interface ResidencyListener {
	compiling?(done: number, total: number, kernel: string): void;
	/** The run is on the device; nobody has used it yet. */
	opened?(run: Run): Promise<void> | void;
	/** The run's memory on the device is free: what it was is kept in the host's. */
	offloaded?(run: Run): void;
}

export interface ResidencyOptions {
	/** Bytes that all runs' weights, gradients and moments may take on a device. */
	budget: (adapter: GpuContext['adapter']) => number;
	/** Loads a run's model onto a device. */
	load: LoadModel;
}

/**
 * Memory that the arenas of all runs on a device may take together, bytes. WebGPU tells no device's memory; the largest
 * binding that the driver offers grows with it (128 MiB on small phones, 2 to 4 GiB on graphics cards), and the whole of
 * it in one piece is asked for nowhere else.
 */
export const memoryBudget = ({ maxBindingBytes }: GpuContext['adapter']): number => maxBindingBytes;

/**
 * Which runs are on the device. Whoever needs one there holds it; a run that nobody holds stays until its room is needed,
 * the one longest unused first. Runs that are held are never offloaded: with them the budget may be outgrown.
 */
export class Residency {
	/** Runs on the device, the one longest unused first. */
	private readonly resident = new Set<Run>();
	private readonly holds = new Map<Run, number>();
	private readonly waiting = new Map<Run, (() => void)[]>();
	/** Moves come one after the other: two would count on the same room. */
	private moving: Promise<unknown> = Promise.resolve();
	private closed = false;

	constructor(
		private gpu: GpuContext,
		private readonly options: ResidencyOptions,
		private readonly listener: ResidencyListener,
	) {}

	/** Brings the run onto the device if it isn't there, and keeps it there while `job` goes on. */
	async use<T>(run: Run, job: (model: RunTrainer) => Promise<T>): Promise<T> {
		this.hold(run);
		try {
			await this.enter(run);
			return await job(run.model);
		} finally {
			this.release(run);
		}
	}

	/** The run stays on the device, once it is there, until `release`. */
	hold(run: Run): void {
		this.holds.set(run, (this.holds.get(run) ?? 0) + 1);
	}

	release(run: Run): void {
		const left = (this.holds.get(run) ?? 0) - 1;
		if (left > 0) {
			this.holds.set(run, left);
			return;
		}
		this.holds.delete(run);
		for (const resolve of this.waiting.get(run) ?? []) resolve();
		this.waiting.delete(run);
	}

	/** Whether a run has room beside others. One alone always has: whether the device takes it is then the device's to say. */
	hasRoom(run: Run, others: Iterable<Run>): boolean {
		const there = [...others];
		return !there.length || this.bytesOf([...there, run]) <= this.options.budget(this.gpu.adapter);
	}

	/** Brings a run that is held onto the device. @throws ShaderError, PlanError, DeviceLostError, Error where all is closed */
	enter(run: Run): Promise<void> {
		if (run.isOpen) {
			this.resident.delete(run);
			this.resident.add(run);
			return Promise.resolve();
		}
		return this.inTurn(async () => {
			if (run.isOpen) return;
			if (this.closed) throw new Error(`${run.id} is gone: other runs have begun, or none`);
			await this.makeRoom(run);
			await run.open(this.gpu, { load: this.options.load, progress: this.listener.compiling });
			this.resident.add(run);
			await this.listener.opened?.(run);
		});
	}

	/** Takes a run off the device as soon as nobody holds it. */
	async leave(run: Run): Promise<void> {
		await this.free(run);
		await this.inTurn(() => this.offload(run)).catch((error) => {
			// With the device goes what came after the last checkpoint.
			if (!this.gpu.isLost) throw error;
			this.drop(run);
		});
	}

	/** Goes on with a new device after the loss of another; every run comes back when it is needed. */
	move(gpu: GpuContext): void {
		this.gpu = gpu;
		for (const run of this.resident) this.drop(run);
	}

	/** Frees every run, once nobody holds it; who still waits for one to come onto the device waits in vain. */
	async close(): Promise<void> {
		this.closed = true;
		await this.moving;
		for (const run of [...this.resident]) {
			await Promise.race([this.free(run), this.gpu.lost.catch(() => {})]);
			this.drop(run);
		}
	}

	/** Resolves when nobody holds the run. */
	private async free(run: Run): Promise<void> {
		while (this.holds.has(run)) await new Promise<void>((resolve) => this.waiting.set(run, [...(this.waiting.get(run) ?? []), resolve]));
	}

	private async makeRoom(run: Run): Promise<void> {
		const fits = () => this.hasRoom(run, this.resident);
		for (const other of [...this.resident]) {
			if (fits()) return;
			if (!this.holds.has(other)) await this.offload(other);
		}
	}

	private async offload(run: Run): Promise<void> {
		if (!run.isOpen) return;
		if (run.checkpoint?.step !== run.step) await run.save();
		// Someone may have come for it meanwhile.
		if (this.holds.has(run)) return;
		this.drop(run);
		this.listener.offloaded?.(run);
	}

	private drop(run: Run): void {
		run.close();
		this.resident.delete(run);
	}

	private bytesOf(runs: readonly Run[]): number {
		return runs.reduce((sum, run) => sum + run.arenaBytes(this.gpu.adapter), 0);
	}

	/** One move after the other; none outlives its device. */
	private inTurn<T>(move: () => Promise<T>): Promise<T> {
		const turn = this.moving.then(() => Promise.race([move(), this.gpu.lost]));
		this.moving = turn.catch(() => {});
		return turn;
	}
}
