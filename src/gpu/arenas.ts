import type { ArenaLayout } from '../compiler/plan';
import type { ArenaName } from '../graph/kernel';
import { sizeOf } from '../graph/tensor';
import { pad, unpad } from './layout';
import { STORAGE } from './pool';
import { ReadbackRing } from './readback';

/** A model's memory across steps: parameters, gradients and both moments, four buffers with one layout. */
export class Arenas {
	readonly buffers: Record<ArenaName, GPUBuffer>;

	constructor(
		private readonly device: GPUDevice,
		readonly layout: ArenaLayout,
	) {
		const make = (label: string) => device.createBuffer({ size: Math.max(16, layout.floats * 4), usage: STORAGE, label });
		this.buffers = {
			parameters: make('parameters'),
			gradients: make('gradients'),
			firstMoments: make('firstMoments'),
			secondMoments: make('secondMoments'),
		};
	}

	get bytes(): number {
		return Object.values(this.buffers).reduce((sum, { size }) => sum + size, 0);
	}

	/** Writes all tensors of an arena by name, row-major. @throws Error if one is missing or has another size */
	write(arena: ArenaName, tensors: Readonly<Record<string, ArrayLike<number>>>): void {
		const whole = new Float32Array(this.layout.floats);
		for (const { name, shape, offset } of this.layout.entries) {
			const numbers = tensors[name];
			if (!numbers || numbers.length !== sizeOf(shape))
				throw new Error(`${name}: expected [${shape.join('×')}] = ${sizeOf(shape)} numbers, got ${numbers ? numbers.length : 'none'}`);
			whole.set(pad(numbers, shape), offset);
		}
		this.device.queue.writeBuffer(this.buffers[arena], 0, whole);
	}

	/** The whole arena with its padding, for checkpoints. */
	async snapshot(arena: ArenaName): Promise<Float32Array<ArrayBuffer>> {
		return new Float32Array(
			await ReadbackRing.once(this.device, [{ buffer: this.buffers[arena], offset: 0, bytes: this.layout.floats * 4 }]),
		);
	}

	/** The reverse of `snapshot`. */
	restore(arena: ArenaName, whole: Float32Array<ArrayBuffer>): void {
		this.device.queue.writeBuffer(this.buffers[arena], 0, whole);
	}

	/** Every tensor of an arena by name, row-major without padding. */
	async read(arena: ArenaName): Promise<Record<string, Float32Array<ArrayBuffer>>> {
		return this.named(await this.snapshot(arena));
	}

	/** The tensors in a snapshot, by name. */
	named(whole: Float32Array): Record<string, Float32Array<ArrayBuffer>> {
		return Object.fromEntries(this.layout.entries.map(({ name, shape, offset }) => [name, unpad(whole.subarray(offset), shape)]));
	}

	destroy(): void {
		for (const buffer of Object.values(this.buffers)) buffer.destroy();
	}
}
