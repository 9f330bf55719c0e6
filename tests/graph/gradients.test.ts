import { describe, expect, it } from 'vitest';
import { stream } from '../../src/data/random';
import { sampleGraph } from '../../src/gpu/sample';
import { gradients } from '../../src/graph/autodiff';
import { Graph } from '../../src/graph/graph';
import { interpret } from '../../src/graph/interpreter';
import type { Op, Sample } from '../../src/graph/op';
import { attention, rmsNorm } from '../../src/graph/ops';
import { OPS } from '../../src/graph/registry';
import { sizeOf, type Tensor } from '../../src/graph/tensor';

/** Samples above this size take long in the interpreter and test no more than smaller ones. */
const LARGEST = 2500;
const STEP = 1e-5;

const cases = OPS.filter((op) => op.gradient).flatMap((op) =>
	op.samples
		.filter(({ inputs }) => inputs.every(({ shape }) => sizeOf(shape) <= LARGEST))
		.map((sample) => ({
			op,
			sample,
			name: `${op.name} ${sample.inputs.map(({ shape }) => shape.join('×'))} ${JSON.stringify(sample.attributes)}`,
		})),
);

/** ⟨seed, output 0⟩ of the op, as a function of its inputs by name. */
function lossOf(op: Op, sample: Sample, seed: Float64Array) {
	const { graph } = sampleGraph(op, sample);
	const [output] = graph.nodes[0].outputs;
	return (inputs: Record<string, ArrayLike<number>>) =>
		interpret(graph, { inputs })
			.valueOf(output)
			.reduce((sum, value, i) => sum + value * seed[i], 0);
}

describe('every gradient rule of the registry against a directional finite difference, in float64', () => {
	it.each(OPS.filter((op) => op.gradient))('$name has a sample that is small enough', (op) => {
		expect(cases.some((candidate) => candidate.op === op)).toBe(true);
	});

	it.each(cases)('$name', ({ op, sample }) => {
		const { graph, inputs } = sampleGraph(op, sample);
		const random = stream(7, op.name);
		const normals = (size: number) => Float64Array.from({ length: size }, () => random.normal());
		const [output] = graph.nodes[0].outputs;
		const seed = normals(sizeOf(output.shape));
		const loss = lossOf(op, sample, seed);
		const targets = graph.nodes[0].inputs.filter(({ dtype }, i) => dtype === 'f32' && (op.differentiable?.includes(i) ?? true));
		const found = gradients(graph, new Map([[output, graph.input('seed', output.shape)]]), targets);
		const values = interpret(graph, { inputs: { ...inputs, seed } });
		expect(targets.length).toBeGreaterThan(0);
		for (const target of targets) {
			const along = normals(sizeOf(target.shape));
			const moved = (shift: number) => ({
				...inputs,
				[target.name]: Float64Array.from(inputs[target.name], (value, i) => value + shift * along[i]),
			});
			const difference = (loss(moved(STEP)) - loss(moved(-STEP))) / (2 * STEP);
			const product = values.valueOf(found.get(target) as Tensor).reduce((sum, value, i) => sum + value * along[i], 0);
			expect(Math.abs(product - difference), `d/d ${target.name}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
		}
	});
});

describe('autodiff refuses', () => {
	it('a loss on an output that only the backward pass reads', () => {
		const graph = new Graph();
		const x = graph.input('x', [4, 8]);
		const [, inverse] = graph.apply(rmsNorm, [x, graph.parameter('w', [8])], { epsilon: 1e-5 });
		expect(() => gradients(graph, new Map([[inverse, graph.one]]), [x])).toThrow('rmsNorm: only its first output can be differentiated');
	});

	it('an op without a gradient rule', () => {
		const graph = new Graph();
		const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.parameter(name, [4, 8]));
		const [out] = graph.apply(attention, [q, k, v], { heads: 2, kvHeads: 2, length: 4 });
		const once = gradients(graph, new Map([[out, graph.input('seed', [4, 8])]]), [q]).get(q) as Tensor;
		const twice = new Map([[once, graph.input('second seed', [4, 8])]]);
		expect(() => gradients(graph, twice, [q])).toThrow('attentionGradient has no gradient rule');
	});

	it('a target that the loss does not depend on', () => {
		const graph = new Graph();
		const [x, w] = [graph.input('x', [4, 8]), graph.parameter('w', [8])];
		const [y] = graph.apply(rmsNorm, [x, w], { epsilon: 1e-5 });
		expect(() => gradients(graph, new Map([[y, graph.one]]), [graph.parameter('other', [8])])).toThrow("doesn't depend on other");
	});
});
