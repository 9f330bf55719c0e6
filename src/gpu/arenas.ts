import type { ArenaLayout } from '../compiler/plan';
import type { ArenaName } from '../graph/kernel';
import { sizeOf } from '../graph/tensor';
import { watched } from './fault';
import { pad, unpad } from './layout';
import { STORAGE } from './pool';
import { ReadbackRing } from './readback';

const ALL: Readonly<Record<ArenaName, boolean>> = {
	parameters: true,
	gradients: true,
	firstMoments: true,
	secondMoments: true,
	microGradients: true,
};

/** A model's memory across steps: parameters, gradients and the optimiser's moments, up to five buffers with one layout. */
export class Arenas {
	private readonly buffers: ReadonlyMap<ArenaName, GPUBuffer>;

	constructor(
		private readonly device: GPUDevice,
		readonly layout: ArenaLayout,
		/** True for each arena to allocate, as `Plan.arenas` has it. */
		used: Readonly<Record<ArenaName, boolean>> = ALL,
	) {
		const make = (label: ArenaName) => device.createBuffer({ size: Math.max(16, layout.floats * 4), usage: STORAGE, label });
		const names = (Object.keys(used) as ArenaName[]).filter((name) => used[name]);
		this.buffers = new Map(names.map((name) => [name, make(name)]));
	}

	/** @throws GpuFault if the GPU has too little memory */
	static async create(device: GPUDevice, layout: ArenaLayout, used: Readonly<Record<ArenaName, boolean>> = ALL): Promise<Arenas> {
		const { result: arenas, accepted } = watched(device, () => new Arenas(device, layout, used));
		await accepted.catch((error) => {
			arenas.destroy();
			throw error;
		});
		return arenas;
	}

	has(arena: ArenaName): boolean {
		return this.buffers.has(arena);
	}

	/** The buffer of an arena. @throws Error if it was not allocated */
	buffer(arena: ArenaName): GPUBuffer {
		const buffer = this.buffers.get(arena);
		if (!buffer) throw new Error(`the model has no arena of ${arena}`);
		return buffer;
	}

	get bytes(): number {
		return [...this.buffers.values()].reduce((sum, { size }) => sum + size, 0);
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
		this.device.queue.writeBuffer(this.buffer(arena), 0, whole);
	}

	/** The whole arena with its padding, for checkpoints. */
	async snapshot(arena: ArenaName): Promise<Float32Array<ArrayBuffer>> {
		return new Float32Array(
			await ReadbackRing.once(this.device, [{ buffer: this.buffer(arena), offset: 0, bytes: this.layout.floats * 4 }]),
		);
	}

	/** The reverse of `snapshot`. */
	restore(arena: ArenaName, whole: Float32Array<ArrayBuffer>): void {
		this.device.queue.writeBuffer(this.buffer(arena), 0, whole);
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
		for (const buffer of this.buffers.values()) buffer.destroy();
	}
}
