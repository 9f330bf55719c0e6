import { type KernelCall, type Operand, perColumn, perWorkgroup } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { paddedSizeOf, type Shape } from '../tensor';

const dotPartialsKernel = perWorkgroup('dotPartials', 'dot_partials');

/** out[c] = Σ_row partials[row, c]: the second pass of sums whose first pass gives a row of partials per workgroup. */
export const reduceRows = perColumn('reduceRows', 'reduce_rows');

/** vec4s that one workgroup of the first pass sums before the second pass takes over. */
const VECTORS_PER_GROUP = 2048;

/**
 * First pass of ⟨x, y⟩: each workgroup writes the dot product of its share to column `column` of its row of partials
 * [groups, width], and zeros to the rest of columns clearFrom..clearTo−1.
 */
export function dotPartials(
	x: Operand,
	y: Operand,
	vectors: number,
	width: number,
	column: number,
	clearFrom: number,
	clearTo: number,
): KernelCall {
	const groups = Math.min(1024, Math.max(1, Math.ceil(vectors / VECTORS_PER_GROUP)));
	return {
		kernel: dotPartialsKernel,
		bindings: { x, y, partials: { scratch: 'partials', floats: groups * width } },
		uniforms: { vectors, groups, width, column, clearFrom, clearTo },
		extent: [groups, 1, 1],
	};
}

/** ‖g‖² over all gradients together: gradients in the arena's order → [1]. The host takes the root. */
export const gradientSquares = defineOp({
	name: 'gradientSquares',
	differentiable: [],
	arenas: (inputs) => ({ inputs: Array(inputs).fill('gradients'), outputs: [undefined] }),
	shape(shapes) {
		expectShapes(shapes.length > 0, 'gradientSquares', shapes, 'takes at least one gradient');
		return [{ shape: [1] }];
	},
	reference: (gradients) => [Float64Array.of(gradients.reduce((sum, gradient) => sum + gradient.reduce((part, g) => part + g * g, 0), 0))],
	lower({ inputs, outputs: [out] }): KernelCall[] {
		const vectors = arenaVectors(inputs.map((input) => input.shape));
		const first = dotPartials({ arena: 'gradients' }, { arena: 'gradients' }, vectors, 4, 0, 0, 4);
		const { groups } = first.uniforms;
		return [
			first,
			{
				kernel: reduceRows,
				bindings: { partials: { scratch: 'partials', floats: groups * 4 }, out },
				uniforms: { rows: groups, vectors: 1 },
				extent: [1, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [2] }], attributes: {} },
		{ inputs: [{ shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [301, 67] }, { shape: [90, 64] }, { shape: [67] }], attributes: {} },
	],
});

/** Arenas place each tensor at a multiple of 64 floats: WebGPU binds storage at multiples of 256 bytes. */
export const ARENA_ALIGNMENT = 64;

/** vec4s of an arena that holds tensors of these shapes in order. */
export const arenaVectors = (shapes: readonly Shape[]): number =>
	shapes.reduce((floats, shape) => floats + Math.ceil(paddedSizeOf(shape) / ARENA_ALIGNMENT) * ARENA_ALIGNMENT, 0) / 4;
