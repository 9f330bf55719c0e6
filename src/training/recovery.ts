import { GpuFault } from '../gpu/fault';
import { DeviceLostError, type GpuContext } from '../gpu/gpuContext';
import { pauseFor } from './pause';

/** Losses in a row, without a step in between, after which a session gives up: the model itself may make the driver fail. */
const MOST_DEVICE_LOSSES = 6;

/** Pauses before the first, second … try to open a device, ms; the last one repeats. A crashed driver takes seconds to return. */
const PAUSES = [0, 250, 500, 1000, 2000, 4000, 8000, 15_000];

export interface RecoveryWork {
	/** Opens a new device each time it is called. */
	open(): Promise<GpuContext>;
	/** A device was lost, or none could be opened: the reason. null = it is no longer waited for. */
	lost(message: string | null): void;
	/** Brings the scheduled runs onto a new device, each from its last checkpoint. */
	moveTo(gpu: GpuContext): Promise<void>;
}

/** Replaces a lost device with a new one, and waits for as long as there is none. */
export class Recovery {
	private inProgress: Promise<void> | null = null;
	/** Since the last step. */
	private deviceLosses = 0;
	/** Ends the present pause. */
	private wake: () => void = () => {};
	private closed = false;

	constructor(private readonly work: RecoveryWork) {}

	/** A step has succeeded: the device works. */
	noteStep(): void {
		this.deviceLosses = 0;
	}

	/** Tries at once instead of after the present pause. */
	retry(): void {
		this.wake();
	}

	/** Stops waiting: pending and later calls of `recover` reject. */
	close(): void {
		this.closed = true;
		this.wake();
	}

	/** The move to a new device that is in progress. */
	get pending(): Promise<void> | null {
		return this.inProgress;
	}

	/** Resolves when the runs are on a new device. @throws DeviceLostError if devices are lost repeatedly, or after `close` */
	recover(lost: GpuContext): Promise<void> {
		this.inProgress ??= this.replace(lost).finally(() => {
			this.inProgress = null;
		});
		return this.inProgress;
	}

	private async replace(lost: GpuContext): Promise<void> {
		let gpu = lost;
		let message = await this.noteLoss(gpu);
		for (let tries = 0; ; tries++) {
			this.work.lost(message);
			await this.pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
			if (this.closed) throw new DeviceLostError(message);
			try {
				gpu = await this.work.open();
			} catch (error) {
				message = error instanceof Error ? error.message : String(error);
				continue;
			}
			try {
				return await this.work.moveTo(gpu);
			} catch (error) {
				if (!(await isLossOf(gpu, error))) throw error;
				message = await this.noteLoss(gpu);
			}
		}
	}

	/** @returns the reason of the loss @throws DeviceLostError if there were too many */
	private async noteLoss(gpu: GpuContext): Promise<string> {
		const message = await gpu.lost.catch((reason: Error) => reason.message);
		if (++this.deviceLosses <= MOST_DEVICE_LOSSES) return message;
		this.deviceLosses = 0;
		this.work.lost(null);
		throw new DeviceLostError(`${message} (${MOST_DEVICE_LOSSES} times in a row without a step in between)`);
	}

	private pause(milliseconds: number): Promise<void> {
		if (milliseconds === 0 || this.closed) return Promise.resolve();
		const { over, end } = pauseFor(milliseconds);
		this.wake = end;
		return over;
	}
}

/** True if an error comes from the loss of a device. A command that the GPU refused would be refused by the next device too. */
export async function isLossOf(gpu: GpuContext, error: unknown): Promise<boolean> {
	if (error instanceof DeviceLostError) return true;
	if (error instanceof GpuFault) return false;
	// Mapping a buffer of a lost device fails first; the loss itself is reported a moment later.
	const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200));
	return Promise.race([gpu.lost.catch((reason) => reason instanceof DeviceLostError), pause]);
}
