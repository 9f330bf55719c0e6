import { arenaVectors } from '../arena';
import { type ArenaName, type KernelCall, perElement, perWorkgroup } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { sameShape, sizeOf } from '../tensor';
import { HYPER } from './hyper';

/** Scale of the first loss. Source: `torch.amp.GradScaler`. */
export const FIRST_SCALE = 2 ** 16;

/** Steps in a row with finite gradients after which the scale doubles. Source: `torch.amp.GradScaler`. */
export const GROWTH_INTERVAL = 2000;

/** Values of `hyper` with which every optimiser leaves weights and moments as they are, if the gradients are 0. */
const NO_UPDATE: Partial<Record<(typeof HYPER)[number], number>> = {
	learningRate: 0,
	beta1: 1,
	beta2: 1,
	momentum: 1,
	muonLearningRate: 0,
	muonMomentum: 1,
};

const updateKernel = perWorkgroup('updateLossScale', 'update_loss_scale');
const unscaleKernel = perElement('unscaleGradients', 'unscale_gradients');

/**
 * Decides after the backward pass of a scaled loss if the step counts (docs/METHODS.md section 1). Inputs: the scale σ and the number n
 * of steps since it changed [2], ‖σg‖² [1], hyper [11]. Outputs, with the first in place:
 *
 *     finite:       [σ, n + 1], or [2σ, 0] if n + 1 is `growthInterval`;   ‖g‖²;   hyper;   1/σ
 *     not finite:   [σ/2, 0];   0;   hyper with which the update changes nothing;   0
 *
 * With σ ≤ 1 numbers that are not finite pass, because the gradient itself is not.
 */
export const updateLossScale = defineOp<{ growthInterval: number }>({
	name: 'updateLossScale',
	inPlace: 0,
	shape(shapes) {
		const [scale, squares, hyper] = shapes;
		expectShapes(
			shapes.length === 3 && sameShape(scale, [2]) && sizeOf(squares) === 1 && sameShape(hyper, [HYPER.length]),
			'updateLossScale',
			shapes,
			`takes a scale and a count [2], a norm [1] and hyper [${HYPER.length}]`,
		);
		return [{ shape: scale }, { shape: squares }, { shape: hyper }, { shape: squares }];
	},
	reference([[scale, count], [squares], hyper], _, { growthInterval }) {
		if (!Number.isFinite(squares) && scale > 1)
			return [
				Float64Array.of(scale / 2, 0),
				Float64Array.of(0),
				Float64Array.from(HYPER, (name, i) => NO_UPDATE[name] ?? hyper[i]),
				Float64Array.of(0),
			];
		const next = count + 1 === growthInterval ? [2 * scale, 0] : [scale, count + 1];
		return [Float64Array.from(next), Float64Array.of(squares / scale ** 2), hyper, Float64Array.of(1 / scale)];
	},
	lower({ inputs: [, squares, hyper], outputs: [scale, passed, used, factor], attributes: { growthInterval } }): KernelCall[] {
		return [
			{
				kernel: updateKernel,
				bindings: { squares, hyper, scale, passed, used, factor },
				uniforms: { growthInterval, count: HYPER.length },
				extent: [1, 1, 1],
			},
		];
	},
	samples: [
		[[1024, 5], 2 ** 21],
		[[1024, 6], 2 ** 21],
		[[1024, 6], Number.POSITIVE_INFINITY],
		[[1024, 3], Number.NaN],
		[[1, 3], 12],
	].map(([scale, squares]) => ({
		inputs: [
			{ shape: [2], numbers: scale as number[] },
			{ shape: [1], numbers: [squares as number] },
			{ shape: [11], numbers: [0.003, 0.271, 0.1426, 0.1, 0.9, 0.95, 1e-8, 1, 0.8, 0.02, 0.7] },
		],
		attributes: { growthInterval: 7 },
	})),
});

/** Multiplies the gradients of all parameters by a factor, in their arena: n gradients, factor [1] → n gradients; 0 if the factor is 0. */
export const unscaleGradients = defineOp({
	name: 'unscaleGradients',
	arenas: (inputs) => {
		const gradients = Array<ArenaName>(inputs - 1).fill('gradients');
		return { inputs: [...gradients, undefined], outputs: gradients };
	},
	shape(shapes) {
		expectShapes(shapes.length > 1 && sizeOf(shapes[shapes.length - 1]) === 1, 'unscaleGradients', shapes, 'takes gradients and a factor');
		return shapes.slice(0, -1).map((shape) => ({ shape }));
	},
	reference(inputs) {
		const [factor] = inputs[inputs.length - 1];
		return inputs.slice(0, -1).map((gradient) => gradient.map((value) => (factor > 0 ? value * factor : 0)));
	},
	lower({ inputs }): KernelCall[] {
		const vectors = arenaVectors(inputs.slice(0, -1).map(({ shape }) => shape));
		return [
			{
				kernel: unscaleKernel,
				bindings: { factor: inputs[inputs.length - 1], gradients: { arena: 'gradients' } },
				uniforms: { vectors },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [0.25, 0].map((factor) => ({
		inputs: [{ shape: [5, 3] }, { shape: [7] }, { shape: [1], numbers: [factor] }],
		attributes: {},
	})),
});
