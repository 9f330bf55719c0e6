import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Graph } from '../graph/graph';
import type { Op, Sample } from '../graph/op';
import { add, mix } from '../graph/ops';
import { type DType, type Shape, sizeOf, type Tensor } from '../graph/tensor';

type NumbersByName = Record<string, Float32Array>;

/** Prefixes of the names of the states that hold a parameter's moments, or the sum of its gradients. */
export const STATE_PREFIX = { gradients: 'g.', firstMoments: 'm.', secondMoments: 'v.' } as const;

/**
 * A graph of one op, and the sample's numbers rounded to float32, so that kernel and reference have the same inputs. Inputs
 * and outputs that the op expects in arenas are parameters, gradients and moments of the graph.
 */
export function sampleGraph(op: Op, sample: Sample) {
	const graph = new Graph();
	const [inputs, parameters, states]: NumbersByName[] = [{}, {}, {}];
	const values = sampleNumbers(sample);
	const arenas = op.arenas?.(sample.inputs.length);
	const input = (name: string, numbers: Float32Array, shape: Shape, dtype?: DType): Tensor => {
		inputs[name] = numbers;
		return graph.input(name, shape, dtype);
	};
	const tensors = sample.inputs.map(({ shape, dtype }, i): Tensor => {
		const arena = arenas?.inputs[i];
		if (!arena) return input(`input${i}`, values[i], shape, dtype);
		const name = `p${rank(arenas.inputs, i)}`;
		if (arena === 'parameters') {
			parameters[name] = values[i];
			return graph.parameter(name, shape);
		}
		const zeros = new Float32Array(sizeOf(shape));
		// Each gradient has the place of a parameter.
		parameters[name] ??= zeros;
		graph.parameter(name, shape);
		if (arena !== 'microGradients' && arenas.outputs.includes(arena)) {
			states[STATE_PREFIX[arena] + name] = values[i];
			return graph.state(STATE_PREFIX[arena] + name, shape);
		}
		// Gradients that the op does not update are results of nodes.
		return graph.apply(add, [input(`input${i}`, values[i], shape), input(`zero${i}`, zeros, shape)])[0];
	});
	graph.apply(op, tensors, sample.attributes).forEach((output, i) => {
		const arena = arenas?.outputs[i];
		if (arena) graph.update(tensors.filter((_, t) => arenas.inputs[t] === arena)[rank(arenas.outputs, i)], output);
		else graph.output(`output${i}`, output);
	});
	return { graph, inputs, parameters, states };
}

/** Largest number of float16. */
const LARGEST_HALF = 65_504;

/** False for optimisers and caches, which keep float32, and for samples with numbers that float16 does not have. */
export const fitsHalf = (op: Op, { inputs }: Sample): boolean =>
	!op.arenas && op.inPlace === undefined && inputs.every(({ numbers }) => numbers?.every((x) => Math.abs(x) <= LARGEST_HALF) ?? true);

/**
 * A graph of one op between copies of its inputs and outputs, and the sample's numbers rounded to float16. The copies are stored in
 * float16 as activations are, and those of inputs read the float16 copy of the weights.
 */
export function halfSampleGraph(op: Op, sample: Sample): ReturnType<typeof sampleGraph> {
	const graph = new Graph();
	const [inputs, parameters]: NumbersByName[] = [{}, {}];
	const copied = (tensor: Tensor): Tensor => graph.apply(mix, [graph.one, tensor], { indices: [0] })[0];
	const values = sampleNumbers(sample);
	const tensors = sample.inputs.map(({ shape, dtype }, i): Tensor => {
		const name = `input${i}`;
		if (dtype === 'i32') {
			inputs[name] = values[i];
			return graph.input(name, shape, dtype);
		}
		parameters[name] = values[i].map(roundedToHalf);
		return copied(graph.parameter(name, shape));
	});
	graph.apply(op, tensors, sample.attributes).forEach((output, i) => {
		graph.output(`output${i}`, copied(output));
	});
	return { graph, inputs, parameters, states: {} };
}

/** The nearest float16 of a number that is not too large: 10 bits of fraction, and none below 2⁻²⁴. */
const roundedToHalf = (x: number): number => {
	const unit = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(x))) - 10);
	return Math.round(x / unit) * unit;
};

/** Number of earlier entries that equal entry i. */
const rank = <T>(list: readonly T[], i: number): number => list.slice(0, i).filter((other) => other === list[i]).length;

function sampleNumbers({ inputs }: Sample): Float32Array[] {
	const random = xoroshiro128plus(sizeOf(inputs[0].shape) + 1);
	return inputs.map(({ shape, numbers, dtype, below = 1, ignoreSome }) => {
		if (numbers) return Float32Array.from(numbers);
		return Float32Array.from({ length: sizeOf(shape) }, () => {
			if (dtype !== 'i32') return 2 * uniformFloat64(random) - 1 + (uniformFloat64(random) - 0.5);
			return ignoreSome && uniformFloat64(random) < 0.2 ? -1 : Math.floor(uniformFloat64(random) * below);
		});
	});
}
