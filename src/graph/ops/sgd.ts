import { arenaVectors } from '../arena';
import { type ArenaName, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { sameShape } from '../tensor';
import { clipScale } from './hyper';

const sgdKernel = perElement('sgd', 'sgd');

/**
 * Gradient descent with momentum, decoupled weight decay and global-norm clipping, over all parameters at once:
 *
 *     g ← g·min(1, clip/(‖g‖ + 1e-6)) if clip > 0;  m ← μm + g;  p ← p(1 − lr·decay) − lr·m
 *
 * Inputs: n parameters, n gradients, n moments, ‖g‖² [1], hyper [11]. Only the first `decayed` parameters have weight decay.
 * Outputs: the new parameters and moments. Source: PyTorch's `torch.optim.SGD`, whose decay is not decoupled.
 */
export const sgd = defineOp<{ decayed: number }>({
	name: 'sgd',
	arenas(inputs) {
		const group = (arena: ArenaName) => Array<ArenaName>((inputs - 2) / 3).fill(arena);
		return {
			inputs: [...group('parameters'), ...group('gradients'), ...group('firstMoments'), undefined, undefined],
			outputs: [...group('parameters'), ...group('firstMoments')],
		};
	},
	shape(shapes, { decayed }) {
		const n = (shapes.length - 2) / 3;
		const groups = [0, 1, 2].map((g) => shapes.slice(g * n, (g + 1) * n));
		expectShapes(
			Number.isInteger(n) && n >= 1 && decayed <= n,
			'sgd',
			shapes,
			'takes parameters, a gradient and a moment each, a norm and hyper',
		);
		expectShapes(
			groups.every((group) => group.every((shape, i) => sameShape(shape, groups[0][i]))),
			'sgd',
			shapes,
			'gradients and moments must have their parameter’s shape',
		);
		return [...groups[0], ...groups[0]].map((shape) => ({ shape }));
	},
	reference(inputs, _, { decayed }) {
		const n = (inputs.length - 2) / 3;
		const [squares, hyper] = inputs.slice(-2);
		const [learningRate, weightDecay, clip, momentum] = [hyper[0], hyper[3], hyper[7], hyper[8]];
		const scale = clipScale(squares[0], clip);
		const moments = inputs.slice(2 * n, 3 * n).map((m, p) => m.map((value, i) => momentum * value + scale * inputs[n + p][i]));
		const next = inputs
			.slice(0, n)
			.map((parameter, p) =>
				parameter.map((value, i) => value * (1 - (p < decayed ? learningRate * weightDecay : 0)) - learningRate * moments[p][i]),
			);
		return [...next, ...moments];
	},
	lower({ inputs, attributes }): KernelCall[] {
		const n = (inputs.length - 2) / 3;
		const shapes = inputs.slice(0, n).map((parameter) => parameter.shape);
		const vectors = arenaVectors(shapes);
		return [
			{
				kernel: sgdKernel,
				bindings: {
					parameters: { arena: 'parameters' },
					gradients: { arena: 'gradients' },
					moments: { arena: 'firstMoments' },
					squares: inputs[3 * n],
					hyper: inputs[3 * n + 1],
				},
				uniforms: { vectors, decayedVectors: arenaVectors(shapes.slice(0, attributes.decayed)) },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [
		// Clipped, with weight decay of the first parameter.
		{
			inputs: [
				...[0, 1, 2].flatMap(() => [{ shape: [5, 3] }, { shape: [7] }]),
				{ shape: [1], numbers: [9] },
				{ shape: [11], numbers: [0.05, 0, 0, 0.3, 0, 0, 0, 1, 0.9, 0, 0] },
			],
			attributes: { decayed: 1 },
		},
		// Without clip and momentum.
		{
			inputs: [
				...[0, 1, 2].flatMap(() => [{ shape: [67, 18] }, { shape: [90, 33] }]),
				{ shape: [1], numbers: [9] },
				{ shape: [11], numbers: [0.05, 0, 0, 0.3, 0, 0, 0, 0, 0, 0, 0] },
			],
			attributes: { decayed: 2 },
		},
	],
});
