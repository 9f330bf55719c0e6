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

	/** Submits `before` and then copies of the ranges, and returns the bytes of all ranges, concatenated. @throws Error if no slot is free */
	async read(ranges: readonly Range[], before: readonly GPUCommandBuffer[] = []): Promise<ArrayBuffer> {
		const staging = this.idle.pop();
		if (!staging) throw new Error('no free staging buffer: wait for free() first');
		const encoder = this.device.createCommandEncoder();
		let at = 0;
		for (const { buffer, offset, bytes } of ranges) {
			encoder.copyBufferToBuffer(buffer, offset, staging, at, bytes);
			at += bytes;
		}
		this.device.queue.submit([...before, encoder.finish()]);
		await staging.mapAsync(GPUMapMode.READ, 0, at);
		const copy = staging.getMappedRange(0, at).slice(0);
		staging.unmap();
		this.idle.push(staging);
		this.waiting.shift()?.();
		return copy;
	}

	/** Reads ranges back once, through a temporary buffer: for probes and checkpoints. */
	static async once(device: GPUDevice, ranges: readonly Range[]): Promise<ArrayBuffer> {
		const bytes = ranges.reduce((sum, range) => sum + range.bytes, 0);
		const ring = new ReadbackRing(device, bytes, 1);
		try {
			return await ring.read(ranges);
		} finally {
			ring.destroy();
		}
	}

	destroy(): void {
		for (const buffer of this.idle) buffer.destroy();
	}
}
