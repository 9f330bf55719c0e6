import { watched } from './fault';

/** A range of a buffer to read back. */
export interface Range {
	buffer: GPUBuffer;
	/** Bytes, a multiple of 4. */
	offset: number;
	bytes: number;
}

/**
 * Staging buffers for readbacks. The results of a step are copied into a free buffer and arrive while further steps run.
 * `slots` limits the number of steps in flight: if no buffer is free, `free()` waits for the next readback to finish.
 */
export class ReadbackRing {
	private readonly idle: GPUBuffer[];
	private readonly waiting: (() => void)[] = [];

	constructor(
		private readonly device: GPUDevice,
		bytes: number,
		slots = 8,
	) {
		this.idle = Array.from({ length: slots }, () =>
			device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST, label: 'readback' }),
		);
	}

	/** Resolves as soon as a slot is free. */
	async free(): Promise<void> {
		while (this.idle.length === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	/**
	 * Submits the commands of `before` and then copies of the ranges, and returns the bytes of all ranges, concatenated. `before` writes
	 * and records what the ranges depend on.
	 *
	 * @throws GpuFault if the GPU refused any of it, Error if no slot is free
	 */
	async read(ranges: readonly Range[], before: () => readonly GPUCommandBuffer[] = () => []): Promise<ArrayBuffer> {
		const staging = this.idle.pop();
		if (!staging) throw new Error('no free staging buffer: wait for free() first');
		const bytes = bytesOf(ranges);
		let mapped = Promise.resolve();
		try {
			const { result, accepted } = watched(this.device, () => {
				this.submit(ranges, staging, before());
				return staging.mapAsync(GPUMapMode.READ, 0, bytes);
			});
			mapped = result;
			// Without the commands the mapping gives zeros, or fails with a message that says less.
			await Promise.all([mapped.catch(() => {}), accepted]);
			await mapped;
			return staging.getMappedRange(0, bytes).slice(0);
		} finally {
			await mapped.then(
				() => staging.unmap(),
				() => {},
			);
			this.idle.push(staging);
			this.waiting.shift()?.();
		}
	}

	/** Reads ranges back once, through a temporary buffer: for probes and checkpoints. @throws GpuFault */
	static async once(device: GPUDevice, ranges: readonly Range[], before?: () => readonly GPUCommandBuffer[]): Promise<ArrayBuffer> {
		const { result: ring, accepted } = watched(device, () => new ReadbackRing(device, bytesOf(ranges), 1));
		try {
			const [bytes] = await Promise.all([ring.read(ranges, before), accepted]);
			return bytes;
		} finally {
			ring.destroy();
		}
	}

	private submit(ranges: readonly Range[], staging: GPUBuffer, before: readonly GPUCommandBuffer[]): void {
		const encoder = this.device.createCommandEncoder();
		let at = 0;
		for (const { buffer, offset, bytes } of ranges) {
			encoder.copyBufferToBuffer(buffer, offset, staging, at, bytes);
			at += bytes;
		}
		this.device.queue.submit([...before, encoder.finish()]);
	}

	destroy(): void {
		for (const buffer of this.idle) buffer.destroy();
	}
}

const bytesOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { bytes }) => sum + bytes, 0);
