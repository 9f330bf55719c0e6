/** A range of a buffer to bring back. */
export interface Range {
	buffer: GPUBuffer;
	/** Bytes, a multiple of 4. */
	offset: number;
	bytes: number;
}

/**
 * Staging buffers in a ring: what a step leaves on the GPU is copied into a free one and arrives later, while further
 * steps run. `slots` bounds the steps in flight: with none free, `free()` waits for the oldest.
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

	/** Records copies of the ranges and submits them after `before`; the bytes arrive side by side. Call only with a free slot. */
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

	/** Brings a range back once, through a buffer of its own: for probes and checkpoints. */
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
