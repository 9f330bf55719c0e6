/** Interventions on a model of vectors equal a forward pass in float64 with the same change. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { interventionGraph } from '../../src/analysis/interventionGraph';
import { InterventionError } from '../../src/analysis/interventions';
import { compile } from '../../src/compiler/compile';
import { stream } from '../../src/data/random';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import { Arenas } from '../../src/gpu/arenas';
import { GpuContext } from '../../src/gpu/gpuContext';
import { InterventionRunner } from '../../src/training/interventionRunner';
import { distance, intervenedCase, interventionsOn, shownParts } from '../support/interventions';
import { plainForward } from '../support/plainForward';
import { openTestGpu } from '../support/webgpu';

const LENGTH = 9;

let gpu: GpuContext;
beforeAll(async () => {
	gpu = await GpuContext.open(openTestGpu().gpu);
});
afterAll(() => gpu.close());

it.each(['resformer:learnable+gate:head', 'sink:learned+cross-layer'])('%s', async (name) => {
	const { model, weights } = intervenedCase(name, { task: 'trigger-conditional', sequenceLength: LENGTH });
	expect(model.vectorSize).toBe(16);
	const arenas = new Arenas(gpu.adapter.device, compile(interventionGraph(model, LENGTH), gpu.adapter).arena);
	arenas.write('parameters', weights);
	const runner = await InterventionRunner.create(gpu, model, arenas, LENGTH);
	const random = stream(6, 'vectors');
	const rows = () => Array.from({ length: LENGTH }, () => Array.from({ length: 16 }, () => Math.fround(random.normal())));
	const plain = { inputs: rows(), targets: rows() };
	const flat = (part: number[][]) => Float32Array.from(part.flat());
	const zeros = new Array<number>(LENGTH).fill(0);
	const sequence = { tokens: zeros, targets: zeros, vectors: { inputs: flat(plain.inputs), targets: flat(plain.targets) } };
	for (const [kind, intervention] of Object.entries({ none: NO_INTERVENTION, ...interventionsOn({ model, weights }, LENGTH) })) {
		const { frame, ...found } = await runner.read(sequence, intervention);
		const truth = plainForward(model, weights, zeros, zeros, intervention, plain);
		for (const [part, wanted] of Object.entries(shownParts(truth, model)))
			expect(distance({ ...frame, ...found }[part as 'losses'], wanted), `${kind}: ${part}`).toBeLessThan(1e-5);
	}
	await expect(runner.read({ tokens: zeros, targets: zeros }, NO_INTERVENTION)).rejects.toThrow(InterventionError);
	runner.destroy();
	arenas.destroy();
});
