import { describe, expect, it } from 'vitest';
import { type Attributes, GraphError, type Op } from '../../src/graph/op';
import {
	adamW,
	add,
	attention,
	attentionSinkGradient,
	cachedAttention,
	cacheWrite,
	columnSoftmax,
	columnSoftmaxGradient,
	concatRows,
	correct,
	crossEntropy,
	embedding,
	embeddingGradient,
	gate,
	gateGradient,
	gradientSquares,
	headNorm,
	headNormGradient,
	intervenedAttention,
	joinColumns,
	keepColumns,
	matmul,
	mix,
	mixWeightGradient,
	repeatHeads,
	rmsNorm,
	rmsNormGradient,
	rope,
	scaleHeads,
	sliceRows,
	sumHeads,
	swiglu,
	swigluGradient,
} from '../../src/graph/ops';
import { OPS } from '../../src/graph/registry';
import type { Shape } from '../../src/graph/tensor';

/** Shapes that an op's kernel would read or write out of bounds, or mix up, if it accepted them. */
const REFUSED: [op: Op, shapes: string, attributes?: Attributes][] = [
	[add, '2×3'],
	[add, '2×3 3×2'],
	[add, '2×3 2×3 2×3'],
	[matmul, '2×3'],
	[matmul, '2×3 2×3'],
	[matmul, '2×3 3×4', { transposeB: true }],
	[matmul, '2×3 3×4', { transposeA: true }],
	[matmul, '3×3 3×3', { transposeA: true, transposeB: true }],
	[matmul, '2×3 3×4 2×3'],
	[matmul, '2×3 3×4 3×4'],
	[mix, '2', { indices: [] }],
	[mix, '2 5×3', { indices: [] }],
	[mix, '2 5×3', { indices: [0, 1] }],
	[mix, '2 5×3 5×3 5×3', { indices: [0] }],
	[mix, '2 5×3 3×5', { indices: [0, 1] }],
	[mix, '2 5×3', { indices: [2] }],
	[mix, '2 5×3', { indices: [-1] }],
	[mix, '2 5×3 5×3', { indices: [1, 1] }],
	[mixWeightGradient, '2 5×3', { indices: [0] }],
	[mixWeightGradient, '2 5×3 3×5', { indices: [0] }],
	[rope, '6×4 3×1', { heads: 2, inverse: false }],
	[rope, '6×4 3×1 3×1', { heads: 1, inverse: false }],
	[rope, '6×4 4×1 4×1', { heads: 2, inverse: false }],
	[rope, '6×4 3×1 2×1', { heads: 2, inverse: false }],
	[rmsNorm, '5×4', { epsilon: 1e-5 }],
	[rmsNorm, '5×4 5', { epsilon: 1e-5 }],
	[rmsNorm, '5×4 1×4', { epsilon: 1e-5 }],
	[rmsNormGradient, '5×4 4 5'],
	[rmsNormGradient, '5×4 4 5 4×5'],
	[rmsNormGradient, '5×4 4 4 5×4'],
	[rmsNormGradient, '5×4 4 5 5×4 4×5'],
	[repeatHeads, '5×6 5×6', { heads: 1, copies: 3 }],
	[repeatHeads, '5×6', { heads: 2, copies: 3 }],
	[sumHeads, '5×12', { heads: 2, copies: 4 }],
	[sumHeads, '5×12 5×12', { heads: 1, copies: 2 }],
	[concatRows, ''],
	[concatRows, '5×3 5×2'],
	[sliceRows, '7×3', { first: 2, shape: [4, 2] }],
	[sliceRows, '7×3', { first: 4, shape: [4, 3] }],
	[sliceRows, '7×3', { first: -1, shape: [4, 3] }],
	[sliceRows, '7×3 3×3', { first: 2, shape: [4, 3] }],
	[attention, '5×8 5×8 5×8', { heads: 2, kvHeads: 2, length: 4 }],
	[attention, '8×8 4×8 4×8', { heads: 2, kvHeads: 2, length: 4 }],
	[attention, '4×6 4×6 4×6', { heads: 2, kvHeads: 2, length: 4 }],
	[attention, '4×12 4×8 4×8', { heads: 3, kvHeads: 2, length: 4 }],
	[attention, '4×8 4×8 4×8', { heads: 2, kvHeads: 1, length: 4 }],
	[intervenedAttention, '4×8 4×8 4×8 2×4 2×4 2', { heads: 2, kvHeads: 2, length: 4, layer: 2 }],
	[intervenedAttention, '4×8 4×8 4×8 2×3 2×3 2', { heads: 2, kvHeads: 2, length: 4, layer: 0 }],
	[intervenedAttention, '4×8 4×8 4×8 2×4 1×4 2', { heads: 2, kvHeads: 2, length: 4, layer: 0 }],
	[intervenedAttention, '4×8 4×8 4×8 2×4 2×4 1', { heads: 2, kvHeads: 2, length: 4, layer: 0 }],
	[intervenedAttention, '4×8 4×8 8×8 2×4 2×4 2', { heads: 2, kvHeads: 2, length: 4, layer: 0 }],
	[intervenedAttention, '4×8 12×8 12×8 2×4 2×4 2', { heads: 2, kvHeads: 2, length: 4, layer: 0 }],
	[cachedAttention, '1×8 1 9×8', { heads: 2, kvHeads: 2 }],
	[cachedAttention, '2×8 1 9×8 9×8', { heads: 2, kvHeads: 2 }],
	[cachedAttention, '1×8 2 9×8 9×8', { heads: 2, kvHeads: 2 }],
	[cachedAttention, '1×8 1 9×8 8×8', { heads: 2, kvHeads: 2 }],
	[cachedAttention, '1×8 1 9×8 9×8', { heads: 2, kvHeads: 1 }],
	[cachedAttention, '1×12 1 9×8 9×8', { heads: 3, kvHeads: 2 }],
	[cachedAttention, '1×6 1 9×6 9×6', { heads: 2, kvHeads: 2 }],
	[cachedAttention, '1×8 1 9×8 9×8 3', { heads: 2, kvHeads: 2 }],
	[attention, '4×8 4×8 4×8 1', { heads: 2, kvHeads: 2, length: 4 }],
	[attention, '4×8 4×8 4×8 2 2', { heads: 2, kvHeads: 2, length: 4 }],
	[attentionSinkGradient, '2 4×8 2×4', { heads: 2, length: 4 }],
	[attentionSinkGradient, '1 4×8 2×4 4×8', { heads: 2, length: 4 }],
	[attentionSinkGradient, '2 4×8 1×4 4×8', { heads: 2, length: 4 }],
	[attentionSinkGradient, '2 4×8 2×4 4×6', { heads: 2, length: 4 }],
	[gate, '5×8'],
	[gate, '5×8 4×8'],
	[gate, '5×6 5×2'],
	[gateGradient, '5×8 5×8'],
	[gateGradient, '5×8 5×2 5×6'],
	[headNorm, '5×8', { epsilon: 1e-5 }],
	[headNorm, '5×8 3', { epsilon: 1e-5 }],
	[headNorm, '5×8 6', { epsilon: 1e-5 }],
	[headNormGradient, '5×8 4 5×2'],
	[headNormGradient, '5×8 4 5×4 5×8'],
	[headNormGradient, '5×8 4 5×2 4×8'],
	[joinColumns, '5×4', { split: 4 }],
	[joinColumns, '5×4 4×8', { split: 4 }],
	[joinColumns, '5×4 5×8', { split: 6 }],
	[keepColumns, '5×8', { begin: 4, end: 9, width: 9 }],
	[keepColumns, '5×8', { begin: 4, end: 8, width: 6 }],
	[keepColumns, '5×8 5×6', { begin: 4, end: 8, width: 8 }],
	[cacheWrite, '9×8 1×8'],
	[cacheWrite, '9×8 1×9 1'],
	[cacheWrite, '9×8 1×8 2'],
	[cacheWrite, '8 1×8 1'],
	[scaleHeads, '5×8 2×2', { layer: 2 }],
	[scaleHeads, '5×6 2×2', { layer: 0 }],
	[scaleHeads, '5×8 2×2 2×2', { layer: 0 }],
	[swiglu, '5×8'],
	[swiglu, '5×8 8×5'],
	[swigluGradient, '5×8 5×8'],
	[swigluGradient, '5×8 5×8 8×5'],
	[columnSoftmax, '5×8 5×8'],
	[columnSoftmaxGradient, '5×8 8×5'],
	[crossEntropy, '5×8'],
	[crossEntropy, '5×8 4'],
	[correct, '5×8 4'],
	[embedding, '5 8'],
	[embedding, '5'],
	[embeddingGradient, '5 4×8', { vocabulary: 9 }],
	[embeddingGradient, '5 5', { vocabulary: 9 }],
	[gradientSquares, ''],
	[adamW, '2 2 2 2 1', { decayed: 1 }],
	[adamW, '1 4', { decayed: 0 }],
	[adamW, '2 2 2 2 1 4', { decayed: 2 }],
	[adamW, '2 2 3 2 1 4', { decayed: 1 }],
];

/** `2×3 4` → [2, 3] and [4]. */
const shapesOf = (text: string): Shape[] => text.split(' ').flatMap((shape) => (shape === '' ? [] : [shape.split('×').map(Number)]));

describe('shapes that do not fit', () => {
	it.each(REFUSED.map(([op, shapes, attributes = {}]) => ({ op, shapes, attributes })))(
		'are refused: $op.name $shapes $attributes',
		({ op, shapes: text, attributes }) => {
			const shape = () => op.shape(shapesOf(text), attributes);
			expect(shape).toThrow(GraphError);
			expect(shape).toThrow(`${op.name}(${text && `[${text.replaceAll(' ', '], [')}]`}): `);
		},
	);
});

describe('the shapes of an op’s outputs', () => {
	it.each(OPS)('$name: hold as many elements as its reference gives', (op) => {
		for (const { inputs, attributes } of op.samples.filter((sample) => sample.inputs.every(({ shape }) => size(shape) <= 2500))) {
			const shapes = inputs.map(({ shape }) => shape);
			const numbers = inputs.map(({ shape, dtype, numbers: given }) =>
				Float64Array.from({ length: size(shape) }, (_, i) => given?.[i] ?? (dtype === 'i32' ? 0 : 0.5)),
			);
			const outputs = op.reference(numbers, shapes, attributes);
			expect(op.shape(shapes, attributes).map(({ shape }) => size(shape))).toEqual(outputs.map(({ length }) => length));
		}
	});
});

const size = (shape: Shape) => shape.reduce((product, extent) => product * extent, 1);
