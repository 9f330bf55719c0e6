/** Kernels whose activations are stored in float16, against float64 on the same numbers. */
import { Float16Array, f16round } from '@petamoriken/float16';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { checkOp } from '../../src/gpu/check';
import { type Device, openDevice } from '../../src/gpu/device';
import { inHalf } from '../../src/gpu/halfText';
import { KernelLibrary } from '../../src/gpu/library';
import { fitsHalf, halfSampleGraph } from '../../src/gpu/sample';
import { OPS } from '../../src/graph/registry';
import { clampHalves } from '../support/clampHalves';
import { openTestGpu } from '../support/webgpu';

/** Two roundings to float16, each to the nearest: at most 2^-11 of the largest number. */
const TOLERANCE = 1e-3;

const HALVED = OPS.filter((op) => op.samples.some((sample) => fitsHalf(op, sample)));

describe.each(PROFILES)('kernels of the $name profile with activations in float16', (profile) => {
	let opened: Device;
	let library: KernelLibrary;
	beforeAll(async () => {
		opened = await openDevice(openTestGpu().gpu, profile);
		library = new KernelLibrary(opened.device);
	});
	afterAll(() => opened.device.destroy());

	it.each(HALVED)('$name', async (op) => {
		const plans = op.samples.map((sample) => compile(halfSampleGraph(op, sample).graph, { profile, halfRows: 1, fuse: false }));
		const halves = plans.flatMap(({ dispatches }) => dispatches.filter(({ op: name, variant }) => name === op.name && variant.half));
		expect(halves.length).toBeGreaterThan(0);
		const row = await checkOp(library, profile, op, 'float16');
		expect(row.worstCase, `error ${row.largestError}`).not.toMatch(/error|Error/);
		expect(row.largestError, row.worstCase).toBeLessThan(TOLERANCE);
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
