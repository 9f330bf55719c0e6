import type { Profile, ProfileName } from '../compiler/profile';
import { type Device, openDevice } from './device';
import { faultOf, GpuFault } from './fault';
import { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { ReadbackRing } from './readback';

/** A device and everything that models on it share. */
export class GpuContext {
	readonly library: KernelLibrary;
	readonly pool: BufferPool;
	readonly ring: ReadbackRing;
	/**
	 * Rejects with a `DeviceLostError` if the device is lost without a call of `close`, or with a `GpuFault` after an error that no
	 * scope has caught: from then on its numbers cannot be trusted.
	 */
	readonly lost: Promise<never>;
	/** True once `lost` has rejected. */
	isLost = false;
	private fault: GpuFault | null = null;
	private reject: (error: Error) => void = () => {};
	private closed = false;

	constructor(readonly adapter: Device) {
		const { device } = adapter;
		this.library = new KernelLibrary(device);
		this.pool = new BufferPool(device);
		// 32 bytes: one vec4 each for the loss and ‖g‖².
		this.ring = new ReadbackRing(device, 32);
		this.lost = new Promise<never>((_, reject) => {
			this.reject = reject;
		});
		this.lost.catch(() => {});
		device.lost.then(({ reason, message }) => {
			if (reason !== 'destroyed' || !this.closed) this.giveUp(new DeviceLostError(message || reason || 'no reason given'));
		});
		device.addEventListener('uncapturederror', (event) => {
			event.preventDefault();
			this.giveUp(faultOf(event.error.message, event.error.constructor.name === 'GPUOutOfMemoryError'));
		});
	}

	static async open(gpu: GPU | undefined, profile?: Profile | ProfileName, timestamps?: boolean): Promise<GpuContext> {
		return new GpuContext(await openDevice(gpu, profile, timestamps));
	}

	/** Treats the device as lost: whatever uses it moves to a new one. */
	giveUp(reason: DeviceLostError | GpuFault): void {
		this.isLost = true;
		if (reason instanceof GpuFault) this.fault = reason;
		this.reject(reason);
	}

	/** Numbers that have arrived are in doubt if this throws. @throws GpuFault */
	check(): void {
		if (this.fault) throw this.fault;
	}

	close(): void {
		this.closed = true;
		this.adapter.device.destroy();
	}
}

const LOST = 'the GPU was lost: ';

export class DeviceLostError extends Error {
	override name = 'DeviceLostError';
	constructor(reason: string) {
		super(reason.startsWith(LOST) ? reason : `${LOST}${reason}`);
	}
}
