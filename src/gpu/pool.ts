/** Usage flags of every storage buffer: kernels, uploads and readbacks. */
export const STORAGE = 0x80 /* STORAGE */ | 0x4 /* COPY_SRC */ | 0x8; /* COPY_DST */

/**
 * Activation buffers shared by all programs of a device. The queue runs one program at a time, and every program writes its
 * activations before it reads them, so any number of runs needs the activation memory of only one.
 */
export class BufferPool {
	private buffers: GPUBuffer[] = [];

	constructor(private readonly device: GPUDevice) {}

	/** Distinct buffers of at least these sizes in bytes, in the order of `sizes`. */
	take(sizes: readonly number[]): GPUBuffer[] {
		const free = new Set(this.buffers);
		const taken = new Array<GPUBuffer>(sizes.length);
		const largestFirst = sizes.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a]);
		for (const i of largestFirst) {
			let best: GPUBuffer | undefined;
			for (const buffer of free) if (buffer.size >= sizes[i] && (!best || buffer.size < best.size)) best = buffer;
			if (!best) {
				best = this.device.createBuffer({ size: sizes[i], usage: STORAGE, label: 'activations' });
				this.buffers.push(best);
			}
			free.delete(best);
			taken[i] = best;
		}
		return taken;
	}

	get bytes(): number {
		return this.buffers.reduce((sum, { size }) => sum + size, 0);
	}

	destroy(): void {
		for (const buffer of this.buffers) buffer.destroy();
		this.buffers = [];
	}
}
