import type { Place, Plan } from '../compiler/plan';
import type { ArenaName } from '../graph/kernel';
import { sizeOf } from '../graph/tensor';
import type { Arenas } from './arenas';
import { watched } from './fault';
import { pad, unpad } from './layout';
import type { Compiled, KernelLibrary } from './library';
import { type BufferPool, STORAGE } from './pool';
import { type Range, ReadbackRing } from './readback';

interface Launch {
	pipeline: GPUComputePipeline;
	group: GPUBindGroup;
	grid: readonly [number, number, number];
	flops: number;
}

/**
 * What to record of a plan: a whole step; or, of a plan that repeats a part with other inputs, that part alone, or the part and
 * then the rest.
 */
type Section = 'step' | 'repeated' | 'last';

/** WebGPU's default alignment of uniform bindings. */
const UNIFORM_ALIGNMENT = 256;

/** A plan on a device. Buffers, pipelines and bind groups are created once and used for every step. */
export class Program {
	/** Indices of the launches of each section. */
	private readonly order: Readonly<Record<Section, readonly number[]>>;

	private constructor(
		private readonly device: GPUDevice,
		readonly plan: Plan,
		private readonly buffers: readonly GPUBuffer[],
		private readonly arenas: Arenas,
		private readonly launches: readonly Launch[],
		private readonly own: readonly GPUBuffer[],
		private readonly pool: BufferPool,
		private readonly shared: GPUBuffer[],
	) {
		const { dispatches, repeated } = plan;
		const last = dispatches.map((_, at) => at);
		const again = last.slice(0, repeated?.dispatches ?? 0);
		this.order = { last, repeated: again, step: [...Array.from({ length: (repeated?.times ?? 1) - 1 }, () => again).flat(), ...last] };
	}

	/** @throws ShaderError if a kernel doesn't compile, GpuFault if the GPU refuses its memory */
	static async create(library: KernelLibrary, plan: Plan, arenas: Arenas, pool: BufferPool): Promise<Program> {
		// Nothing is taken from the pool if a kernel does not compile.
		const kernels = await Promise.all(plan.dispatches.map(({ variant }) => library.get(variant)));
		const { result: program, accepted } = watched(library.device, () => Program.allocate(library.device, plan, kernels, arenas, pool));
		await accepted.catch((error) => {
			program.destroy();
			throw error;
		});
		return program;
	}

	private static allocate(device: GPUDevice, plan: Plan, kernels: readonly Compiled[], arenas: Arenas, pool: BufferPool): Program {
		const fixed = new Set(Object.keys(plan.constants).map((name) => plan.tensors[name].buffer));
		plan.buffers.forEach(({ kept }, i) => {
			if (kept) fixed.add(i);
		});
		const own: GPUBuffer[] = [];
		const make = (size: number, usage: number, label: string) => {
			const buffer = device.createBuffer({ size, usage, label });
			own.push(buffer);
			return buffer;
		};
		const shared = pool.take(plan.buffers.map(({ bytes }, i) => (fixed.has(i) ? 0 : bytes)).filter((bytes) => bytes > 0));
		const pooled = shared.slice();
		const buffers = plan.buffers.map(({ bytes }, i) => (fixed.has(i) ? make(bytes, STORAGE, 'own') : (pooled.shift() as GPUBuffer)));
		for (const [name, numbers] of Object.entries(plan.constants)) {
			const { buffer, offset, shape } = plan.tensors[name];
			device.queue.writeBuffer(buffers[buffer as number], offset, pad(numbers, shape));
		}
		const slots = kernels.map(({ uniformBytes }) => Math.ceil(uniformBytes / UNIFORM_ALIGNMENT) * UNIFORM_ALIGNMENT);
		const uniforms = make(
			Math.max(
				UNIFORM_ALIGNMENT,
				slots.reduce((sum, bytes) => sum + bytes, 0),
			),
			GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
			'uniforms',
		);
		const bytes = new Uint8Array(uniforms.size);
		let at = 0;
		const launches = plan.dispatches.map((dispatch, i): Launch => {
			const { pipeline, layout, bindings, uniformBytes, encode } = kernels[i];
			bytes.set(new Uint8Array(encode(dispatch.uniforms)), at);
			const given = new Map(Object.entries(dispatch.bindings));
			const entries: GPUBindGroupEntry[] = [{ binding: 0, resource: { buffer: uniforms, offset: at, size: uniformBytes } }];
			for (const [name, binding] of bindings) {
				const place = given.get(name);
				if (!place) throw new Error(`${dispatch.label}: nothing is bound to ${name} of ${dispatch.kernel}`);
				entries.push({ binding, resource: { buffer: resolve(place.buffer, buffers, arenas), offset: place.offset, size: place.bytes } });
			}
			if (given.size !== bindings.size)
				throw new Error(
					`${dispatch.label}: ${dispatch.kernel} has no ${[...given.keys()].filter((name) => !bindings.has(name)).join(', ')}`,
				);
			at += slots[i];
			return {
				pipeline,
				group: device.createBindGroup({ layout, entries, label: dispatch.label }),
				grid: dispatch.grid,
				flops: dispatch.flops,
			};
		});
		device.queue.writeBuffer(uniforms, 0, bytes);
		return new Program(device, plan, buffers, arenas, launches, own, pool, shared);
	}

	/** Writes an input, row-major. Command buffers that are submitted later read the new numbers. */
	write(name: string, numbers: ArrayLike<number>): void {
		const place = this.place(name);
		if (numbers.length !== sizeOf(place.shape)) throw new Error(`${name} takes ${sizeOf(place.shape)} numbers, not ${numbers.length}`);
		this.device.queue.writeBuffer(this.buffers[place.buffer as number], place.offset, pad(numbers, place.shape, place.dtype));
	}

	/** Writes several inputs by name. */
	writeAll(inputs: Readonly<Record<string, ArrayLike<number>>>): void {
		for (const [name, numbers] of Object.entries(inputs)) this.write(name, numbers);
	}

	/** True if the plan reads or writes a tensor of this name. */
	has(name: string): boolean {
		return name in this.plan.tensors;
	}

	/**
	 * Records a section as about `parts` command buffers with equal work, so that a slow GPU can draw a frame of the page between
	 * two of them.
	 */
	record(parts = 1, section: Section = 'step'): GPUCommandBuffer[] {
		const launches = this.order[section];
		const share = (launches.reduce((sum, at) => sum + this.launches[at].flops, 0) || 1) / Math.max(1, parts);
		const commands: GPUCommandBuffer[] = [];
		let at = 0;
		while (at < launches.length) {
			const encoder = this.device.createCommandEncoder();
			const pass = encoder.beginComputePass();
			for (let done = 0; at < launches.length && done < share; at++) {
				this.encode(pass, launches[at]);
				done += this.launches[launches[at]].flops;
			}
			pass.end();
			commands.push(encoder.finish());
		}
		return commands;
	}

	/** Adds one dispatch of the plan, by its index, to a pass. */
	encode(pass: GPUComputePassEncoder, at: number): void {
		const { pipeline, group, grid } = this.launches[at];
		pass.setPipeline(pipeline);
		pass.setBindGroup(0, group);
		pass.dispatchWorkgroups(...grid);
	}

	/** The memory of an output, for a readback. */
	range(name: string): Range {
		const { buffer, offset, bytes } = this.place(name);
		return { buffer: resolve(buffer, this.buffers, this.arenas), offset, bytes };
	}

	/** Runs the plan once and reads outputs back, row-major without padding. @throws GpuFault */
	async run(outputs: readonly string[]): Promise<Record<string, Float32Array<ArrayBuffer>>> {
		const bytes = await ReadbackRing.once(
			this.device,
			outputs.map((name) => this.range(name)),
			() => this.record(),
		);
		let at = 0;
		return Object.fromEntries(
			outputs.map((name) => {
				const place = this.place(name);
				const padded = new Float32Array(bytes, at, place.bytes / 4);
				at += place.bytes;
				return [name, unpad(padded, place.shape)];
			}),
		);
	}

	/** Bytes of the buffers that this program does not share: constants, states and uniforms. */
	get ownBytes(): number {
		return this.own.reduce((sum, { size }) => sum + size, 0);
	}

	destroy(): void {
		for (const buffer of this.own) buffer.destroy();
		this.pool.release(this.shared.splice(0));
	}

	private place(name: string): Place {
		const place = this.plan.tensors[name];
		if (!place) throw new Error(`the plan has no tensor ${name}; it has ${Object.keys(this.plan.tensors).join(', ')}`);
		return place;
	}
}

const resolve = (buffer: number | ArenaName, buffers: readonly GPUBuffer[], arenas: Arenas): GPUBuffer =>
	typeof buffer === 'number' ? buffers[buffer] : arenas.buffer(buffer);
