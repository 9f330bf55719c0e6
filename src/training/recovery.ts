import { DeviceLostError, type GpuContext } from '../gpu/gpuContext';

/** Device losses in a row, without a step in between, after which a session gives up. */
const MOST_DEVICE_LOSSES = 3;

export interface RecoveryWork {
	/** Opens a new device each time it is called. */
	open(): Promise<GpuContext>;
	/** A device was lost. */
	lost(message: string): void;
	/** Brings the scheduled runs onto a new device, each from its last checkpoint. */
	moveTo(gpu: GpuContext): Promise<void>;
}

/** Replaces a lost device with a new one. */
export class Recovery {
	private inProgress: Promise<void> | null = null;
	/** Since the last step. */
	private deviceLosses = 0;

	constructor(private readonly work: RecoveryWork) {}

	/** A step has succeeded: the device works. */
	noteStep(): void {
		this.deviceLosses = 0;
	}

	/** Resolves when the runs are on a new device. @throws DeviceLostError if devices are lost repeatedly */
	recover(lost: GpuContext): Promise<void> {
		this.inProgress ??= this.replace(lost).finally(() => {
			this.inProgress = null;
		});
		return this.inProgress;
	}

	private async replace(lost: GpuContext): Promise<void> {
		let gpu = lost;
		for (;;) {
			const message = await gpu.lost.catch((reason: Error) => reason.message);
			if (++this.deviceLosses > MOST_DEVICE_LOSSES) throw new DeviceLostError(message);
			this.work.lost(message);
			gpu = await this.work.open();
			try {
				return await this.work.moveTo(gpu);
			} catch (error) {
				if (!(await isLossOf(gpu, error))) throw error;
			}
		}
	}
}

/** True if an error comes from the loss of a device. */
export async function isLossOf(gpu: GpuContext, error: unknown): Promise<boolean> {
	if (error instanceof DeviceLostError) return true;
	// Mapping a buffer of a lost device fails first; the loss itself is reported a moment later.
	const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200));
	return Promise.race([gpu.lost.catch(() => true), pause]);
}
