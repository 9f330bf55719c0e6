/** Kernels whose activations are stored in float16, against float64 on the same numbers. */
import { Float16Array, f16round } from '@petamoriken/float16';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { Arenas } from '../../src/gpu/arenas';
import { relativeError } from '../../src/gpu/check';
import { type Device, openDevice } from '../../src/gpu/device';
import { inHalf } from '../../src/gpu/halfText';
import { KernelLibrary } from '../../src/gpu/library';
import { BufferPool } from '../../src/gpu/pool';
import { Program } from '../../src/gpu/program';
import { sampleGraph } from '../../src/gpu/sample';
import { Graph } from '../../src/graph/graph';
import { interpret } from '../../src/graph/interpreter';
import type { Op, Sample } from '../../src/graph/op';
import { intervenedAttention, mix } from '../../src/graph/ops';
import { OPS } from '../../src/graph/registry';
import type { Tensor } from '../../src/graph/tensor';
import { clampHalves } from '../support/clampHalves';
import { openTestGpu } from '../support/webgpu';

/** Two roundings to float16, each of at most 2^-11, relative to the largest number. */
const TOLERANCE = 1e-3;

/** Optimisers and caches keep float32; interventions are in no training step, and have numbers beyond float16. */
const HALVED = OPS.filter((op) => !op.arenas && op.inPlace === undefined && op !== intervenedAttention);

/** The op on inputs that a node computes, so that they are stored in float16 as activations are. Its outputs are copied likewise. */
function halfGraph(op: Op, sample: Sample) {
	const graph = new Graph();
	const inputs: Record<string, ArrayLike<number>> = {};
	const known = sampleGraph(op, sample).inputs;
	const copied = (tensor: Tensor): Tensor => graph.apply(mix, [graph.one, tensor], { indices: [0] })[0];
	const tensors = sample.inputs.map(({ shape, dtype }, i): Tensor => {
		const name = `input${i}`;
		inputs[name] = dtype === 'i32' ? known[name] : Float32Array.from(known[name], (value) => f16round(value));
		const tensor = graph.input(name, shape, dtype);
		return dtype === 'i32' ? tensor : copied(tensor);
	});
	graph.apply(op, tensors, sample.attributes).forEach((output, i) => {
		graph.output(`output${i}`, copied(output));
	});
	return { graph, inputs };
}

describe.each(PROFILES)('kernels of the $name profile with activations in float16', (profile) => {
	let opened: Device;
	let library: KernelLibrary;
	beforeAll(async () => {
		opened = await openDevice(openTestGpu().gpu, profile);
		library = new KernelLibrary(opened.device);
	});
	afterAll(() => opened.device.destroy());

	it.each(HALVED)('$name', async (op) => {
		let halves = 0;
		for (const sample of op.samples) {
			const { graph, inputs } = halfGraph(op, sample);
			const expected = interpret(graph, { inputs }).outputs;
			const plan = compile(graph, { profile, halfRows: 1, fuse: false });
			halves += plan.dispatches.filter(({ variant }) => variant.half).length;
			const arenas = await Arenas.create(opened.device, plan.arena);
			const pool = new BufferPool(opened.device);
			const program = await Program.create(library, plan, arenas, pool);
			for (const [name, numbers] of Object.entries(inputs)) if (program.has(name)) program.write(name, numbers);
			const got = await program.run(Object.keys(expected));
			for (const [name, numbers] of Object.entries(expected))
				expect(relativeError(got[name], numbers), JSON.stringify(sample)).toBeLessThan(TOLERANCE);
			for (const part of [program, arenas, pool]) part.destroy();
		}
		expect(halves).toBeGreaterThan(0);
	});
});

describe.each([
	['infinite', () => {}],
	['the largest float16', clampHalves],
])('where WGSL makes a number that is too large for float16 %s', (_, prepare) => {
	let opened: Device;
	beforeAll(async () => {
		opened = await openDevice(openTestGpu().gpu);
		prepare(opened.device);
	});
	afterAll(() => opened.device.destroy());

	const finite = [0, 1.5, -2.25, 6e-8, -1024.5, 65_504, -65_504];
	const tooLarge = [65_536, -65_536, 70_000, 3.4e38, -3.4e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
	const numbers = Float32Array.of(...finite, ...tooLarge, 1);

	it.each(['f32', 'vec2f', 'vec4f'])('a kernel stores it so that it is not finite: %s', async (type) => {
		const { device } = opened;
		const code = `// y = x
@group(0) @binding(0) var<storage, read> x: array<${type}>;
@group(0) @binding(1) var<storage, read_write> y: array<${type}>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) { if (i < arrayLength(&y)) { y[i] = x[i]; } }
`;
		const compute = { module: device.createShaderModule({ code: inHalf('test', code, ['y']) }) };
		const pipeline = device.createComputePipeline({ layout: 'auto', compute });
		const { COPY_DST, COPY_SRC, MAP_READ, STORAGE } = GPUBufferUsage;
		const buffer = (size: number, usage: number) => device.createBuffer({ size, usage });
		const [x, y] = [buffer(numbers.byteLength, STORAGE | COPY_DST), buffer(numbers.byteLength / 2, STORAGE | COPY_SRC)];
		const read = buffer(y.size, MAP_READ | COPY_DST);
		device.queue.writeBuffer(x, 0, numbers);
		const encoder = device.createCommandEncoder();
		const pass = encoder.beginComputePass();
		pass.setPipeline(pipeline);
		const entries = [x, y].map((each, binding) => ({ binding, resource: { buffer: each } }));
		pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
		pass.dispatchWorkgroups(1);
		pass.end();
		encoder.copyBufferToBuffer(y, 0, read, 0, y.size);
		device.queue.submit([encoder.finish()]);
		await read.mapAsync(GPUMapMode.READ);
		const stored = [...new Float16Array(read.getMappedRange())];
		expect(stored.slice(0, finite.length)).toEqual(finite.map((value) => f16round(value)));
		expect(stored.slice(finite.length, -1).filter(Number.isFinite)).toEqual([]);
		expect(stored.at(-1)).toBe(1);
	});
});
