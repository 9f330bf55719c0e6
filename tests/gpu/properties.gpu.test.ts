import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { Arenas } from '../../src/gpu/arenas';
import { relativeError } from '../../src/gpu/check';
import { type Device, openDevice } from '../../src/gpu/device';
import { KernelLibrary } from '../../src/gpu/library';
import { BufferPool } from '../../src/gpu/pool';
import { Program } from '../../src/gpu/program';
import type { Graph } from '../../src/graph/graph';
import { interpret } from '../../src/graph/interpreter';
import { graphOf, graphRecipes, numbersFor } from '../support/randomGraph';
import { openTestGpu } from '../support/webgpu';

const TOLERANCE = 1e-4;
const SECONDS = 10;

describe.each(PROFILES)('random graphs on the $name profile', (profile) => {
	let opened: Device;
	let library: KernelLibrary;
	beforeAll(async () => {
		opened = await openDevice(openTestGpu().gpu, profile);
		library = new KernelLibrary(opened.device);
	});
	afterAll(() => opened.device.destroy());

	/** Outputs and updated parameters of a graph on the device. */
	async function run(graph: Graph, fuse: boolean): Promise<Record<string, ArrayLike<number>>> {
		const { inputs, parameters } = numbersFor(graph);
		const plan = compile(graph, { profile, fuse });
		const arenas = new Arenas(library.device, plan.arena);
		const pool = new BufferPool(library.device);
		const program = await Program.create(library, plan, arenas, pool);
		arenas.write('parameters', parameters);
		for (const [name, numbers] of Object.entries(inputs)) if (program.has(name)) program.write(name, numbers);
		for (const [name, { shape }] of graph.states)
			if (program.has(name)) program.write(name, new Float32Array(shape.reduce((a, b) => a * b)));
		const outputs = await program.run([...graph.outputs.keys()]);
		const after = graph.parameters.size ? await arenas.read('parameters') : {};
		program.destroy();
		arenas.destroy();
		pool.destroy();
		return { ...outputs, ...after };
	}

	it('compute what the interpreter computes, with and without fusion', { timeout: 4 * SECONDS * 1000 }, async () => {
		await fc.assert(
			fc.asyncProperty(graphRecipes, fc.boolean(), async (recipe, fuse) => {
				const graph = graphOf(recipe);
				const { outputs, parameters } = interpret(graph, numbersFor(graph));
				const found = await run(graph, fuse);
				for (const [name, numbers] of Object.entries({ ...outputs, ...parameters }))
					expect(relativeError(found[name], numbers), name).toBeLessThan(TOLERANCE);
			}),
			{ seed: 8, numRuns: 60, interruptAfterTimeLimit: SECONDS * 1000 },
		);
	});
});
