import type { Profile } from '../compiler/profile';
import { type Device, openDevice } from './device';
import { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { ReadbackRing } from './readback';

/** A device and everything that models on it share. */
export class GpuContext {
	readonly library: KernelLibrary;
	readonly pool: BufferPool;
	readonly ring: ReadbackRing;
	/** Rejects with a `DeviceLostError` if the device is lost without a call of `close`. */
	readonly lost: Promise<never>;
	/** True once `lost` has rejected. */
	isLost = false;
	private closed = false;

	constructor(readonly adapter: Device) {
		const { device } = adapter;
		this.library = new KernelLibrary(device);
		this.pool = new BufferPool(device);
		// 32 bytes: one vec4 each for the loss and ‖g‖².
		this.ring = new ReadbackRing(device, 32);
		this.lost = device.lost.then(({ reason, message }) => {
			if (reason === 'destroyed' && this.closed) return new Promise<never>(() => {});
			this.isLost = true;
			throw new DeviceLostError(message || reason || 'no reason given');
		});
		this.lost.catch(() => {});
	}

	static async open(gpu: GPU | undefined, profile?: Profile): Promise<GpuContext> {
		return new GpuContext(await openDevice(gpu, profile));
	}

	close(): void {
		this.closed = true;
		this.adapter.device.destroy();
	}
}

export class DeviceLostError extends Error {
	override name = 'DeviceLostError';
	constructor(reason: string) {
		super(`the GPU was lost: ${reason}`);
	}
}
