import type { GpuContext } from '../gpu/gpuContext';
import type { LoadModel, Run, RunTrainer } from './run';

/** Callbacks for runs that are loaded onto the device or leave it. */
export interface ResidencyListener {
	compiling?(done: number, total: number, kernel: string): void;
	/** The run was loaded onto the device and has not been used yet. */
	opened?(run: Run): Promise<void> | void;
	/** The run's device memory was freed; its state is kept in host memory. */
	offloaded?(run: Run): void;
}

export interface ResidencyOptions {
	/** Bytes that all runs' weights, gradients and moments may take on a device. */
	budget: (adapter: GpuContext['adapter']) => number;
	/** Loads a run's model onto a device. */
	load: LoadModel;
}

/**
 * Memory that the arenas of all runs on a device may take together, bytes. WebGPU reports no device's memory. The largest
 * binding that the driver offers grows with it: 128 MiB on small phones, 2 to 4 GiB on graphics cards. No buffer here is as
 * large as that, so the runs together may be.
 */
export const memoryBudget = ({ maxBindingBytes }: GpuContext['adapter']): number => maxBindingBytes;

/**
 * Loads runs onto the device and offloads them. Code that uses a run holds it. A run that is not held stays until its room
 * is needed; the least recently used is offloaded first. Held runs are never offloaded, even if they exceed the budget.
 */
export class Residency {
	/** Runs on the device, the least recently used first. */
	private readonly resident = new Set<Run>();
	private readonly holds = new Map<Run, number>();
	private readonly waiting = new Map<Run, (() => void)[]>();
	/** The last load or offload. They run in sequence, because two at once would rely on the same free memory. */
	private moving: Promise<unknown> = Promise.resolve();
	private closed = false;

	constructor(
		private gpu: GpuContext,
		private readonly options: ResidencyOptions,
		private readonly listener: ResidencyListener,
	) {}

	/** Loads the run onto the device if it isn't there, and keeps it there during `job`. */
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

	/** True if a run has room next to others. A single run always has: the device itself refuses it if it is too large. */
	hasRoom(run: Run, others: Iterable<Run>): boolean {
		const all = [...others, run];
		return all.length === 1 || this.bytesOf(all) <= this.options.budget(this.gpu.adapter);
	}

	/** Loads a held run onto the device. @throws ShaderError, PlanError, DeviceLostError, Error after `close` */
	enter(run: Run): Promise<void> {
		if (run.isOpen) {
			this.resident.delete(run);
			this.resident.add(run);
			return Promise.resolve();
		}
		return this.inTurn(async () => {
			if (run.isOpen) return;
			if (this.closed) throw new Error(`${run.id} was removed`);
			await this.makeRoom(run);
			await run.open(this.gpu, { load: this.options.load, progress: this.listener.compiling });
			this.resident.add(run);
			await this.listener.opened?.(run);
		});
	}

	/** Takes a run off the device as soon as nothing holds it. */
	async leave(run: Run): Promise<void> {
		await this.free(run);
		await this.inTurn(() => this.offload(run)).catch((error) => {
			// Steps since the last checkpoint are lost with the device.
			if (!this.gpu.isLost) throw error;
			this.drop(run);
		});
	}

	/** Frees the device memory of runs that nothing holds. Errors of a lost device are left to those who use it. */
	async rest(runs: readonly Run[]): Promise<void> {
		for (const run of runs) {
			if (run.isOpen && !this.holds.has(run)) await this.inTurn(() => this.offload(run)).catch(() => {});
		}
	}

	/** Replaces a lost device. Every run is loaded again when it is needed. */
	move(gpu: GpuContext): void {
		this.gpu = gpu;
		for (const run of this.resident) this.drop(run);
	}

	/** Frees every run as soon as nothing holds it. Pending `enter` calls reject. */
	async close(): Promise<void> {
		this.closed = true;
		await this.moving;
		for (const run of [...this.resident]) {
			await Promise.race([this.free(run), this.gpu.lost.catch(() => {})]);
			this.drop(run);
		}
	}

	/** Resolves when nothing holds the run. */
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
		// It may be held again by now.
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

	/** Runs loads and offloads in sequence. Each rejects if its device is lost. */
	private inTurn<T>(move: () => Promise<T>): Promise<T> {
		const turn = this.moving.then(() => Promise.race([move(), this.gpu.lost]));
		this.moving = turn.catch(() => {});
		return turn;
	}
}
