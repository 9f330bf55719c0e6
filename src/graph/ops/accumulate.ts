import { arenaVectors } from '../arena';
import { type ArenaName, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes, type Numbers } from '../op';
import { paddedSizeOf, sameShape } from '../tensor';
import { addParts } from './gradientSquares';

const accumulateKernel = perElement('accumulate', 'accumulate');

const added = (sum: Numbers, part: Numbers, [first]: Numbers): Numbers => part.map((value, i) => value + (first ? 0 : sum[i]));

/** Adds a micro-batch's part to a sum, in place: sum, part, first [1] → sum + part, or the part alone if `first` is 1. */
export const accumulate = defineOp({
	name: 'accumulate',
	inPlace: 0,
	shape(shapes) {
		const [sum, part] = shapes;
		expectShapes(shapes.length === 3 && sameShape(sum, part), 'accumulate', shapes, 'takes a sum, a part of its shape and a flag');
		return [{ shape: sum }];
	},
	reference: ([sum, part, first]) => [added(sum, part, first)],
	lower({ inputs: [, part, first], outputs: [out] }): KernelCall[] {
		const vectors = paddedSizeOf(out.shape) / 4;
		return [{ kernel: accumulateKernel, bindings: { part, first, sums: out }, uniforms: { vectors }, extent: [vectors, 1, 1] }];
	},
	samples: [
		{ inputs: [{ shape: [1] }, { shape: [1] }, { shape: [1], numbers: [0] }], attributes: {} },
		{ inputs: [{ shape: [5, 3] }, { shape: [5, 3] }, { shape: [1], numbers: [1] }], attributes: {} },
	],
});

/**
 * Adds the gradients of a micro-batch to those of the step: n gradients, n sums, first [1] → n sums. The first micro-batch's
 * replace the sums. Whatever a step computes up to here is computed `microBatches` times, with other rows of the batch.
 */
export const accumulateGradients = defineOp<{ microBatches: number }>({
	name: 'accumulateGradients',
	arenas(inputs) {
		const group = (arena: ArenaName) => Array<ArenaName>((inputs - 1) / 2).fill(arena);
		return { inputs: [...group('microGradients'), ...group('gradients'), undefined], outputs: group('gradients') };
	},
	repeats: ({ microBatches }) => microBatches,
	shape(shapes) {
		const n = (shapes.length - 1) / 2;
		expectShapes(
			Number.isInteger(n) && n >= 1 && shapes.slice(0, n).every((shape, i) => sameShape(shape, shapes[n + i])),
			'accumulateGradients',
			shapes,
			'takes gradients, a sum of the shape of each, and a flag',
		);
		return shapes.slice(0, n).map((shape) => ({ shape }));
	},
	reference(inputs) {
		const n = (inputs.length - 1) / 2;
		return inputs.slice(0, n).map((part, i) => added(inputs[n + i], part, inputs[2 * n]));
	},
	lower({ inputs }): KernelCall[] {
		const n = (inputs.length - 1) / 2;
		const vectors = arenaVectors(inputs.slice(0, n).map(({ shape }) => shape));
		return [
			{
				kernel: accumulateKernel,
				bindings: { part: { arena: 'microGradients' }, first: inputs[2 * n], sums: { arena: 'gradients' } },
				uniforms: { vectors },
				extent: [vectors, 1, 1],
				summing: { alone: addParts('microGradients', vectors) },
			},
		];
	},
	samples: [0, 1].map((first) => ({
		inputs: [...[0, 1].flatMap(() => [{ shape: [5, 3] }, { shape: [7] }]), { shape: [1], numbers: [first] }],
		attributes: { microBatches: 1 },
	})),
});
