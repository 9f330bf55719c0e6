import { type KernelCall, perElement, type Scratch } from '../kernel';
import { defineOp, expectShapes, type Numbers } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, type Shape, sameShape, strideOf } from '../tensor';
import { clipScale } from './hyper';
import { productCall } from './matmul';
import { dotGroups, dotPartials, reduceRows } from './twoPassSums';

/** X ← aX + (bXXᵀ + c(XXᵀ)²)X moves every singular value towards 1 in few iterations; it is not meant to converge. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const ITERATIONS = 5;

const directionKernel = perElement('muonDirection', 'muon_direction');
const normaliseKernel = perElement('muonNormalise', 'muon_normalise');
const polynomialKernel = perElement('muonPolynomial', 'muon_polynomial');
const updateKernel = perElement('muonUpdate', 'muon_update');

/** Factor that gives tall matrices [rows, columns] updates as large per output as square ones. */
const sizeFactor = (shape: Shape): number => Math.sqrt(Math.max(1, rowsOf(shape) / columnsOf(shape)));

/**
 * Muon on one matrix [rows, columns], with weight decay and global-norm clipping:
 *
 *     g ← g·min(1, clip/(‖g‖ + 1e-6)) if clip > 0;  m ← μm + (1−μ)g;  u = (1−μ)g + μm
 *     X = u/(‖u‖ + 1e-7);  5 times X ← aX + (bXXᵀ + c(XXᵀ)²)X;  p ← p(1 − η·decay) − η·√max(1, rows/columns)·X
 *
 * Inputs: parameter, gradient, moment, ‖g‖² of all gradients [1], hyper [11]. Outputs: the new parameter and moment.
 * If there are more rows than columns, XᵀX is multiplied from the right, which gives the same and is smaller.
 * Source: KellerJordan/Muon, which iterates in bfloat16.
 */
export const muon = defineOp({
	name: 'muon',
	arenas: () => ({ inputs: ['parameters', 'gradients', 'firstMoments', undefined, undefined], outputs: ['parameters', 'firstMoments'] }),
	shape(shapes) {
		const [parameter, gradient, moment] = shapes;
		expectShapes(
			shapes.length === 5 && parameter.length === 2,
			'muon',
			shapes,
			'takes a matrix, its gradient and moment, a norm and hyper',
		);
		expectShapes(
			sameShape(parameter, gradient) && sameShape(parameter, moment),
			'muon',
			shapes,
			'gradient and moment must have their parameter’s shape',
		);
		return [{ shape: parameter }, { shape: parameter }];
	},
	reference([parameter, gradient, moment, squares, hyper], [shape]) {
		const [weightDecay, clip, learningRate, momentum] = [hyper[3], hyper[7], hyper[9], hyper[10]];
		const scale = clipScale(squares[0], clip);
		const next = moment.map((m, i) => momentum * m + (1 - momentum) * scale * gradient[i]);
		const direction = next.map((m, i) => (1 - momentum) * scale * gradient[i] + momentum * m);
		const orthogonal = orthogonalised(direction, shape);
		const step = learningRate * sizeFactor(shape);
		return [parameter.map((value, i) => value * (1 - learningRate * weightDecay) - step * orthogonal[i]), next];
	},
	lower({ inputs: [parameter, , , squares, hyper] }): KernelCall[] {
		const { shape } = parameter;
		const vectors = paddedSizeOf(shape) / 4;
		const isTall = rowsOf(shape) > columnsOf(shape);
		const side = Math.min(rowsOf(shape), columnsOf(shape));
		const square: Shape = [side, side];
		const scratch = (name: string, of: Shape): Scratch => ({ scratch: name, floats: paddedSizeOf(of) });
		const [gram, gramSquared, norm] = [scratch('gram', square), scratch('gramSquared', square), scratch('norm', [1])];
		let [x, other] = [scratch('direction', shape), scratch('iterate', shape)];
		const calls: KernelCall[] = [
			{
				kernel: directionKernel,
				bindings: { gradients: { arena: 'gradients' }, moments: { arena: 'firstMoments' }, squares, hyper, direction: x },
				uniforms: { vectors },
				extent: [vectors, 1, 1],
			},
			dotPartials(x, x, vectors, { width: 4, column: 0, clear: [0, 4] }),
			reduceRows(dotGroups(vectors), 1, norm),
			{ kernel: normaliseKernel, bindings: { squares: norm, x }, uniforms: { vectors }, extent: [vectors, 1, 1] },
		];
		const sideVectors = paddedSizeOf(square) / 4;
		for (let i = 0; i < ITERATIONS; i++) {
			calls.push(
				productCall({ a: x, b: x, c: gram }, shape, shape, isTall ? { transposeA: true } : { transposeB: true }),
				productCall({ a: gram, b: gram, c: gramSquared }, square, square, {}),
				{
					kernel: polynomialKernel,
					bindings: { gramSquared, gram },
					uniforms: { vectors: sideVectors, rowVectors: strideOf(square) / 4, a: A, b: B, c: C },
					extent: [sideVectors, 1, 1],
				},
				isTall ? productCall({ a: x, b: gram, c: other }, shape, square, {}) : productCall({ a: gram, b: x, c: other }, square, shape, {}),
			);
			[x, other] = [other, x];
		}
		calls.push({
			kernel: updateKernel,
			bindings: { x, hyper, parameters: { arena: 'parameters' } },
			uniforms: { vectors, factor: sizeFactor(shape) },
			extent: [vectors, 1, 1],
		});
		return calls;
	},
	// A step is a sum of five rounds of products: rounding adds up, and small singular values grow 485 times.
	tolerance: 1e-4,
	samples: [
		...[
			[1, 1],
			[5, 3],
			[3, 7],
			[18, 18],
			[67, 33],
			[33, 89],
			[64, 192],
		].map((shape) => ({
			inputs: [
				...Array.from({ length: 3 }, () => ({ shape })),
				{ shape: [1], numbers: [9] },
				{ shape: [11], numbers: [0, 0, 0, 0.3, 0, 0, 0, 1, 0, 0.5, 0.9] },
			],
			attributes: {},
		})),
	],
});

/** The Newton–Schulz iteration of docs/METHODS.md section 1 in float64, row-major. */
function orthogonalised(direction: Numbers, shape: Shape): Numbers {
	const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0)) + 1e-7;
	const [rows, columns] = [rowsOf(shape), columnsOf(shape)];
	const isTall = rows > columns;
	const scaled = direction.map((value) => value / norm);
	let x = isTall ? transposed(scaled, rows, columns) : scaled;
	const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
	for (let i = 0; i < ITERATIONS; i++) {
		const gram = product(x, transposed(x, short, long), short, long, short);
		const squared = product(gram, gram, short, short, short);
		const polynomial = gram.map((value, e) => B * value + C * squared[e]);
		const added = product(polynomial, x, short, short, long);
		x = x.map((value, e) => A * value + added[e]);
	}
	return isTall ? transposed(x, short, long) : x;
}

function product(a: Numbers, b: Numbers, rows: number, inner: number, columns: number): Numbers {
	const out = new Float64Array(rows * columns);
	for (let m = 0; m < rows; m++)
		for (let k = 0; k < inner; k++) for (let n = 0; n < columns; n++) out[m * columns + n] += a[m * inner + k] * b[k * columns + n];
	return out;
}

const transposed = (x: Numbers, rows: number, columns: number): Numbers => x.map((_, i) => x[(i % rows) * columns + Math.floor(i / rows)]);
