/** Kernels whose activations are stored in float16, against float64 on the same numbers. */
import { f16round } from '@petamoriken/float16';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { Arenas } from '../../src/gpu/arenas';
import { relativeError } from '../../src/gpu/check';
import { type Device, openDevice } from '../../src/gpu/device';
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
