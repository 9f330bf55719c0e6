import { arenaVectors } from '../arena';
import { type ArenaName, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { sameShape } from '../tensor';
import { clipScale } from './hyper';

const adamWKernel = perElement('adamW', 'adam_w');

/**
 * AdamW with decoupled weight decay and global-norm clipping, over all parameters at once:
 *
 *     g ← g·min(1, clip/(‖g‖ + 1e-6)) if clip > 0;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²
 *     p ← p(1 − lr·decay) − lr·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)
 *
 * Inputs: n parameters, n gradients, n first and n second moments, ‖g‖² [1], hyper [11]. Only the first `decayed` parameters
 * have weight decay. Outputs: the new parameters, first moments and second moments.
 * Source: Loshchilov and Hutter, arXiv 1711.05101; PyTorch's `torch.optim.AdamW`.
 */
export const adamW = defineOp<{ decayed: number }>({
	name: 'adamW',
	arenas(inputs) {
		const group = (arena: ArenaName) => Array<ArenaName>((inputs - 2) / 4).fill(arena);
		const moments = [...group('firstMoments'), ...group('secondMoments')];
		return {
			inputs: [...group('parameters'), ...group('gradients'), ...moments, undefined, undefined],
			outputs: [...group('parameters'), ...moments],
		};
	},
	shape(shapes, { decayed }) {
		const n = (shapes.length - 2) / 4;
		const groups = [0, 1, 2, 3].map((g) => shapes.slice(g * n, (g + 1) * n));
		expectShapes(
			Number.isInteger(n) && n >= 1 && decayed <= n,
			'adamW',
			shapes,
			'takes parameters, gradients, two moments each, a norm and hyper',
		);
		expectShapes(
			groups.every((group) => group.every((shape, i) => sameShape(shape, groups[0][i]))),
			'adamW',
			shapes,
			'gradients and moments must have their parameter’s shape',
		);
		return [...groups[0], ...groups[0], ...groups[0]].map((shape) => ({ shape }));
	},
	reference(inputs, _, { decayed }) {
		const n = (inputs.length - 2) / 4;
		const [squares, hyper] = inputs.slice(-2);
		const [learningRate, correction1, correction2, weightDecay, beta1, beta2, epsilon, clip] = hyper;
		const scale = clipScale(squares[0], clip);
		const firsts = inputs.slice(2 * n, 3 * n).map((m, p) => m.map((value, i) => beta1 * value + (1 - beta1) * scale * inputs[n + p][i]));
		const seconds = inputs
			.slice(3 * n, 4 * n)
			.map((v, p) => v.map((value, i) => beta2 * value + (1 - beta2) * (scale * inputs[n + p][i]) ** 2));
		const next = inputs.slice(0, n).map((parameter, p) =>
			parameter.map((value, i) => {
				const kept = p < decayed ? value * (1 - learningRate * weightDecay) : value;
				return kept - (learningRate * (firsts[p][i] / correction1)) / (Math.sqrt(seconds[p][i] / correction2) + epsilon);
			}),
		);
		return [...next, ...firsts, ...seconds];
	},
	lower({ inputs, attributes }): KernelCall[] {
		const n = (inputs.length - 2) / 4;
		const shapes = inputs.slice(0, n).map((parameter) => parameter.shape);
		const vectors = arenaVectors(shapes);
		return [
			{
				kernel: adamWKernel,
				bindings: {
					parameters: { arena: 'parameters' },
					gradients: { arena: 'gradients' },
					firstMoments: { arena: 'firstMoments' },
					secondMoments: { arena: 'secondMoments' },
					squares: inputs[4 * n],
					hyper: inputs[4 * n + 1],
				},
				uniforms: { vectors, decayedVectors: arenaVectors(shapes.slice(0, attributes.decayed)) },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [
		{
			inputs: [
				...[0, 1, 2].flatMap(() => [{ shape: [5, 3] }, { shape: [7] }]),
				{ shape: [5, 3], numbers: Array.from({ length: 15 }, (_, i) => 0.01 * (i + 1)) },
				{ shape: [7], numbers: Array.from({ length: 7 }, (_, i) => 0.02 * i) },
				{ shape: [1], numbers: [9] },
				{ shape: [11], numbers: [0.003, 0.271, 0.1426, 0.1, 0.9, 0.95, 1e-8, 1, 0, 0, 0] },
			],
			attributes: { decayed: 1 },
		},
	],
});
