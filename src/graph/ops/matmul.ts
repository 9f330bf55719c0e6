import { type Kernel, type KernelCall, type KernelChange, type Operand, perElement, type Reduction, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, type Shape, strideOf } from '../tensor';

const sumPartials = perElement('sumPartials', 'sum_partials');

/** Sums parts of the inner extent of a product in parallel; a second kernel adds the parts in order. */
const reduction: Reduction = {
	alignment: 16,
	inner: ({ uniforms }) => uniforms.inner,
	split(call, innerPerSplit): KernelCall[] {
		const { rows, columns, inner, strideC, hasResidual } = call.uniforms;
		const splits = Math.ceil(inner / innerPerSplit);
		if (splits === 1) return [{ ...call, uniforms: { ...call.uniforms, innerPerSplit } }];
		const vectors = (rows * strideC) / 4;
		const partials = { scratch: 'products', floats: splits * vectors * 4 };
		const { residual, c, ...factors } = call.bindings;
		return [
			{
				...call,
				bindings: { ...factors, residual: UNUSED, c: partials },
				uniforms: { ...call.uniforms, hasResidual: 0, innerPerSplit },
				extent: [rows, columns, splits],
			},
			{
				kernel: sumPartials,
				bindings: { partials, residual, out: c },
				uniforms: { vectors, splits, hasResidual },
				extent: [vectors, 1, 1],
				...(hasResidual ? {} : { sum: { partials, parts: splits, vectors, lanes: 1, out: c } }),
			},
		];
	},
};

/** Tiles of 32×32 with 2×2 sums per invocation, in place of 64×64 with 4×4. */
const SMALL_TILES: KernelChange = {
	sizes: { TILE_ROWS: 32, TILE_COLUMNS: 32 },
	constants: { TILE: 32, TILE_INNER: 32, SIDE: 2, Line: 'vec2f' },
};

/** A matrix product with one workgroup per tile of C. Each combination of transposes is a separate pipeline. */
const product = (name: string, transposes: Record<string, number>): Kernel => ({
	name,
	file: 'matmul_tiled',
	sizes: { TILE_ROWS: 64, TILE_COLUMNS: 64 },
	overrides: transposes,
	grid: ([rows, columns, splits], { TILE_ROWS, TILE_COLUMNS }) => [Math.ceil(columns / TILE_COLUMNS), Math.ceil(rows / TILE_ROWS), splits],
	onSubgroups: (lanes) => ({
		file: 'matmul_subgroup',
		sizes: { TILE_ROWS: 16, TILE_COLUMNS: 32 },
		overrides: { LANES: lanes },
	}),
	small: SMALL_TILES,
	reduction,
});

/** Several products with one input, several gradients of weights, or the summands of one sum, in one dispatch. The compiler chooses the tiles. */
const products = (name: string, transposes: Record<string, number>): Kernel => ({
	name,
	file: 'products_tiled',
	sizes: {},
	overrides: transposes,
	grid: ([x, y, z]) => [x, y, z],
	onSubgroups: (lanes) => ({ file: 'products_subgroup', overrides: { LANES: lanes } }),
});

const productsNT = products('productsNT', { TRANSPOSE_B: 1 });
const productsTN = products('productsTN', { TRANSPOSE_A: 1 });
const sumOfProductsNN = products('sumOfProductsNN', { SERIES: 1 });

const matmulNN = product('matmulNN', {});
const matmulNT = product('matmulNT', { TRANSPOSE_B: 1 });
const matmulTN = product('matmulTN', { TRANSPOSE_A: 1 });

type MatmulAttributes = { transposeA?: boolean; transposeB?: boolean };

/** Extents of op(a) [rows, inner] and op(b) [inner, columns]; `fits` is false if their inner extents differ. */
function extents(a: Shape, b: Shape, { transposeA, transposeB }: MatmulAttributes) {
	const [rows, innerA] = transposeA ? [columnsOf(a), rowsOf(a)] : [rowsOf(a), columnsOf(a)];
	const [innerB, columns] = transposeB ? [columnsOf(b), rowsOf(b)] : [rowsOf(b), columnsOf(b)];
	return { rows, columns, inner: innerA, fits: innerA === innerB };
}

/** The kernel call of C = op(A)·op(B) (+ R), for ops that multiply scratch memory. */
export function productCall(
	{ a, b, residual, c }: Record<'a' | 'b' | 'c', Operand> & { residual?: Operand },
	shapeA: Shape,
	shapeB: Shape,
	attributes: MatmulAttributes,
): KernelCall {
	const { rows, columns, inner } = extents(shapeA, shapeB, attributes);
	const joint = attributes.transposeA
		? ({ kernel: productsTN, shares: 'b' } as const)
		: attributes.transposeB
			? ({ kernel: productsNT, shares: 'a' } as const)
			: ({ kernel: sumOfProductsNN, shares: 'c' } as const);
	return {
		joint,
		kernel: attributes.transposeA ? matmulTN : attributes.transposeB ? matmulNT : matmulNN,
		bindings: { a, b, residual: residual ?? UNUSED, c },
		uniforms: {
			rows,
			columns,
			inner,
			strideA: strideOf(shapeA),
			strideB: strideOf(shapeB),
			strideC: strideOf([rows, columns]),
			hasResidual: residual ? 1 : 0,
		},
		extent: [rows, columns, 1],
		flops: 2 * rows * columns * inner,
	};
}

/**
 * C = op(A)·op(B) (+ R): A [M, K], or [K, M] with `transposeA`; B [K, N], or [N, K] with `transposeB`; R, C [M, N].
 * Transposing both is refused, because nothing needs it.
 */
export const matmul = defineOp<MatmulAttributes>({
	name: 'matmul',
	// The gradient of a weight.
	fullPrecision: ({ transposeA }) => (transposeA ? [0] : []),
	residualInput: () => 2,
	shape(shapes, attributes) {
		const [a, b, residual] = shapes;
		expectShapes(
			shapes.length >= 2 && !(attributes.transposeA && attributes.transposeB),
			'matmul',
			shapes,
			'takes two matrices, at most one of them transposed',
		);
		const { rows, columns, fits } = extents(a, b, attributes);
		expectShapes(fits, 'matmul', shapes, 'inner extents differ');
		expectShapes(
			!residual || (rowsOf(residual) === rows && columnsOf(residual) === columns),
			'matmul',
			shapes,
			'the residual must have the shape of the product',
		);
		return [{ shape: [rows, columns] }];
	},
	reference([a, b, residual], [shapeA, shapeB], attributes) {
		const { rows, columns, inner } = extents(shapeA, shapeB, attributes);
		const out = residual ? Float64Array.from(residual) : new Float64Array(rows * columns);
		for (let m = 0; m < rows; m++)
			for (let k = 0; k < inner; k++) {
				const left = attributes.transposeA ? a[k * rows + m] : a[m * inner + k];
				for (let n = 0; n < columns; n++) out[m * columns + n] += left * (attributes.transposeB ? b[n * inner + k] : b[k * columns + n]);
			}
		return [out];
	},
	gradient({ graph, node, outputGradient: dy, needed }) {
		const [a, b] = node.inputs;
		const product = (left: typeof a, right: typeof a, transposeA: boolean, transposeB: boolean) =>
			graph.apply(node.op, [left, right], { transposeA, transposeB })[0];
		const { transposeA, transposeB } = node.attributes;
		const da = () => (transposeA ? product(b, dy, false, true) : product(dy, b, false, !transposeB));
		const db = () => (transposeB ? product(dy, a, true, false) : product(a, dy, !transposeA, false));
		return [needed[0] ? da() : undefined, needed[1] ? db() : undefined, dy];
	},
	lower: ({ inputs: [a, b, residual], outputs: [c], attributes }) => [productCall({ a, b, residual, c }, a.shape, b.shape, attributes)],
	samples: [
		{ inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [7, 5] }, { shape: [5, 3] }, { shape: [7, 3] }], attributes: {} },
		{ inputs: [{ shape: [70, 33] }, { shape: [33, 89] }], attributes: {} },
		{ inputs: [{ shape: [130, 64] }, { shape: [64, 192] }, { shape: [130, 192] }], attributes: {} },
		{ inputs: [{ shape: [7, 5] }, { shape: [3, 5] }], attributes: { transposeB: true } },
		{ inputs: [{ shape: [67, 18] }, { shape: [89, 18] }, { shape: [67, 89] }], attributes: { transposeB: true } },
		{ inputs: [{ shape: [128, 64] }, { shape: [64, 64] }], attributes: { transposeB: true } },
		{ inputs: [{ shape: [5, 7] }, { shape: [5, 3] }], attributes: { transposeA: true } },
		{ inputs: [{ shape: [211, 18] }, { shape: [211, 37] }, { shape: [18, 37] }], attributes: { transposeA: true } },
		{ inputs: [{ shape: [300, 64] }, { shape: [300, 68] }], attributes: { transposeA: true } },
	],
});
