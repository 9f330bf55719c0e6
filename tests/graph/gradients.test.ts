import { describe, expect, it } from 'vitest';
import { stream } from '../../src/data/random';
import { sampleGraph } from '../../src/gpu/sample';
import { gradients } from '../../src/graph/autodiff';
import { interpret } from '../../src/graph/interpreter';
import { OPS } from '../../src/graph/registry';
import { sizeOf, type Tensor } from '../../src/graph/tensor';

const tested = OPS.filter((op) => op.gradient);

describe('every gradient rule against a directional finite difference, in float64', () => {
	const cases = tested.flatMap((op) =>
		op.samples
			.filter(({ inputs }) => inputs.every(({ shape }) => sizeOf(shape) <= 2500))
			.map((sample) => ({
				op,
				sample,
				name: `${op.name} ${sample.inputs.map(({ shape }) => shape.join('×'))} ${JSON.stringify(sample.attributes)}`,
			})),
	);

	it.each(cases)('$name', ({ op, sample }) => {
		const { graph, inputs } = sampleGraph(op, sample);
		const random = stream(7, op.name);
		const floats = [...graph.inputs].filter(([, tensor]) => tensor.dtype === 'f32');
		const targets = floats
			.map(([, tensor]) => tensor)
			.filter((_, i) => op.differentiable?.includes([...graph.inputs.values()].indexOf(floats[i][1])) ?? true);
		const outputs = graph.nodes[0].outputs.slice(0, 1);
		const seeds = new Map<Tensor, Tensor>();
		const environment: Record<string, ArrayLike<number>> = { ...inputs };
		outputs.forEach((output, i) => {
			seeds.set(output, graph.input(`seed${i}`, output.shape));
			environment[`seed${i}`] = Float64Array.from({ length: sizeOf(output.shape) }, () => random.normal());
		});
		const loss = (shift: number, direction: Map<Tensor, Float64Array>) => {
			const moved = { ...environment };
			for (const [name, tensor] of graph.inputs) {
				const along = direction.get(tensor);
				if (along) moved[name] = Float64Array.from(environment[name], (value, i) => value + shift * along[i]);
			}
			const result = forward.outputs.map((output) => interpret(forward.graph, { inputs: moved }).valueOf(output));
			return outputs.reduce((sum, _, i) => sum + result[i].reduce((part, value, e) => part + value * environment[`seed${i}`][e], 0), 0);
		};
		const { graph: plain } = sampleGraph(op, sample);
		const forward = { graph: plain, outputs: plain.nodes[0].outputs.slice(0, outputs.length) };
		const found = gradients(graph, seeds, targets);
		const values = interpret(graph, { inputs: environment });
		for (const target of targets) {
			const name = target.name;
			const along = Float64Array.from({ length: sizeOf(target.shape) }, () => random.normal());
			const plainTarget = plain.inputs.get(name) as Tensor;
			const move = new Map([
				[target, along],
				[plainTarget, along],
			]);
			const step = 1e-5;
			const difference = (loss(step, move) - loss(-step, move)) / (2 * step);
			const product = values.valueOf(found.get(target) as Tensor).reduce((sum, value, i) => sum + value * along[i], 0);
			expect(Math.abs(product - difference), `d/d ${name}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
		}
	});
});
