/** Usage flags of every storage buffer: kernels, uploads and readbacks. */
export const STORAGE = 0x80 /* STORAGE */ | 0x4 /* COPY_SRC */ | 0x8; /* COPY_DST */

/**
 * Activation buffers shared by all programs of a device. The queue runs one program at a time, and every program writes its
 * activations before it reads them, so any number of runs needs the activation memory of only one. A buffer is freed with
 * the last program that uses it, so that the points of a sweep, whose sizes differ, do not add up.
 */
export class BufferPool {
	/** Number of programs that use each buffer. */
	private readonly users = new Map<GPUBuffer, number>();

	constructor(private readonly device: GPUDevice) {}

	/** Distinct buffers of at least these sizes in bytes, in the order of `sizes`. The caller passes them to `release`. */
	take(sizes: readonly number[]): GPUBuffer[] {
		const free = new Set(this.users.keys());
		const taken = new Array<GPUBuffer>(sizes.length);
		const largestFirst = sizes.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a]);
		for (const i of largestFirst) {
			let best: GPUBuffer | undefined;
			for (const buffer of free) if (buffer.size >= sizes[i] && (!best || buffer.size < best.size)) best = buffer;
			if (!best) {
				best = this.device.createBuffer({ size: sizes[i], usage: STORAGE, label: 'activations' });
			}
			this.users.set(best, (this.users.get(best) ?? 0) + 1);
			free.delete(best);
			taken[i] = best;
		}
		return taken;
	}

	/** A program no longer uses the buffers that it took. No effect on those that `destroy` has freed. */
	release(buffers: readonly GPUBuffer[]): void {
		for (const buffer of buffers) {
			const users = this.users.get(buffer);
			if (users === undefined) continue;
			if (users > 1) {
				this.users.set(buffer, users - 1);
				continue;
			}
			buffer.destroy();
			this.users.delete(buffer);
		}
	}

	get bytes(): number {
		return Array.from(this.users.keys()).reduce((sum, { size }) => sum + size, 0);
	}

	destroy(): void {
		for (const buffer of this.users.keys()) buffer.destroy();
		this.users.clear();
	}
}
