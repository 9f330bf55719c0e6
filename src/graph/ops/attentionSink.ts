import { elementOf, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, type Shape, sameShape, strideOf, type Tensor } from '../tensor';
import { partialsOf, reduceRows } from './twoPassSums';

const attentionSinkKernel = perElement('attentionSink', 'attention_sink');
const sinkGradientKernel = perElement('attentionSinkGradient', 'attention_sink_gradient');

type SinkAttributes = { heads: number; length: number };

/** Throws a GraphError unless `sinks` is empty, or one tensor with a logit for each head. */
export function expectSinks(op: string, shapes: readonly Shape[], sinks: readonly Shape[], heads: number): void {
	expectShapes(
		sinks.length === 0 || (sinks.length === 1 && sameShape(sinks[0], [heads])),
		op,
		shapes,
		`takes sinks [${heads}], a logit for each head, as its last input or not at all`,
	);
}

function sinkUniforms(out: Tensor, lse: Tensor, { heads, length }: SinkAttributes) {
	const headSize = columnsOf(out.shape) / heads;
	const { width, constants } = elementOf(headSize);
	return {
		uniforms: {
			rows: rowsOf(out.shape),
			length,
			heads,
			headElements: headSize / width,
			queryStride: strideOf(out.shape) / width,
			lseStride: strideOf(lse.shape),
		},
		constants,
	};
}

/**
 * Adds the sinks [H] to an attention whose O [B·T, H·dh] and log-sum-exp [B·H, T] are computed without them: the other
 * terms of the softmax only shrink, all alike.
 */
export const sinkCall = (sinks: Tensor, out: Tensor, lse: Tensor, attributes: SinkAttributes): KernelCall => ({
	kernel: attentionSinkKernel,
	bindings: { sinks, out, lse },
	...sinkUniforms(out, lse, attributes),
	extent: [rowsOf(out.shape) * attributes.heads, 1, 1],
});

/** Rows that one invocation of the gradient's first pass sums. */
const ROWS_PER_GROUP = 16;

/**
 * Gradient of `attention` in its sinks. The sink has no value, so that d loss / dA is 0 for it, and of the softmax's
 * backward pass −P·D is left: ds_h = −Σ_{b,i} e^{s_h − lse} ⟨dO_i, O_i⟩. Inputs sinks [H], O [B·T, H·dh], lse [B·H, T], dO.
 */
export const attentionSinkGradient = defineOp<SinkAttributes>({
	name: 'attentionSinkGradient',
	shape(shapes, { heads, length }) {
		const [sinks, out, lse, dOut] = shapes;
		expectSinks('attentionSinkGradient', shapes, [sinks], heads);
		expectShapes(
			shapes.length === 4 && sameShape(out, dOut) && columnsOf(out) % (2 * heads) === 0 && rowsOf(out) * heads === rowsOf(lse) * length,
			'attentionSinkGradient',
			shapes,
			'takes sinks [H], O [B·T, H·dh], lse [B·H, T] and dO',
		);
		return [{ shape: sinks }];
	},
	reference([sinks, out, lse, dOut], [, shape], { heads, length }) {
		const width = columnsOf(shape);
		const gradient = new Float64Array(heads);
		out.forEach((value, i) => {
			const row = Math.floor(i / width);
			const h = Math.floor(((i % width) * heads) / width);
			const logSumExp = lse[(Math.floor(row / length) * heads + h) * length + (row % length)];
			gradient[h] -= Math.exp(sinks[h] - logSumExp) * dOut[i] * value;
		});
		return [gradient];
	},
	lower({ inputs: [sinks, out, lse, dOut], outputs: [gradient], attributes }): KernelCall[] {
		const { uniforms, constants } = sinkUniforms(out, lse, attributes);
		const groups = Math.ceil(uniforms.rows / ROWS_PER_GROUP);
		const width = strideOf(sinks.shape);
		return [
			{
				kernel: sinkGradientKernel,
				bindings: { sinks, out, lse, dOut, partials: partialsOf(groups, width) },
				uniforms: { ...uniforms, rowsPerGroup: ROWS_PER_GROUP, groups, width },
				constants,
				extent: [groups * width, 1, 1],
			},
			reduceRows(groups, width / 4, gradient),
		];
	},
	samples: [
		{ inputs: [{ shape: [1] }, { shape: [1, 2] }, { shape: [1, 1] }, { shape: [1, 2] }], attributes: { heads: 1, length: 1 } },
		{ inputs: [{ shape: [3] }, { shape: [14, 18] }, { shape: [6, 7] }, { shape: [14, 18] }], attributes: { heads: 3, length: 7 } },
		{ inputs: [{ shape: [5] }, { shape: [74, 40] }, { shape: [10, 37] }, { shape: [74, 40] }], attributes: { heads: 5, length: 37 } },
	],
});
