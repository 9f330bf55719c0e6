import { elementOf, type Kernel, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, strideOf, type Tensor } from '../tensor';

const repeatHeadsKernel = perElement('repeatHeads', 'repeat_heads');
const sumHeadsKernel = perElement('sumHeads', 'sum_heads');

type HeadCopies = { heads: number; copies: number };

/**
 * Repeats each of `heads` G heads `copies` times: x [N, G·dh] → [N, G·copies·dh]. Head h of the result is head ⌊h/copies⌋ of
 * x, which is the KV head that query head h reads.
 */
export const repeatHeads = defineOp<HeadCopies>({
	name: 'repeatHeads',
	shape(shapes, { heads, copies }) {
		const [x] = shapes;
		expectShapes(shapes.length === 1 && columnsOf(x) % (2 * heads) === 0, 'repeatHeads', shapes, `takes x [N, ${heads}·dh], dh even`);
		return [{ shape: [rowsOf(x), columnsOf(x) * copies] }];
	},
	reference([x], [shape], { heads, copies }) {
		const width = columnsOf(shape) * copies;
		const size = columnsOf(shape) / heads;
		const source = (column: number) => Math.floor(column / size / copies) * size + (column % size);
		return [
			Float64Array.from({ length: rowsOf(shape) * width }, (_, i) => x[Math.floor(i / width) * columnsOf(shape) + source(i % width)]),
		];
	},
	gradient: ({ graph, node, outputGradient: dy }) => [graph.apply(sumHeads, [dy], node.attributes)[0]],
	lower({ inputs: [x], outputs: [out], attributes: { heads, copies } }): KernelCall[] {
		return [headCopies(repeatHeadsKernel, x, out, columnsOf(x.shape), heads, copies)];
	},
	samples: [
		{ inputs: [{ shape: [5, 6] }], attributes: { heads: 1, copies: 3 } },
		{ inputs: [{ shape: [67, 12] }], attributes: { heads: 2, copies: 3 } },
		{ inputs: [{ shape: [9, 16] }], attributes: { heads: 2, copies: 2 } },
		{ inputs: [{ shape: [1, 2] }], attributes: { heads: 1, copies: 1 } },
	],
});

/** A call of either kernel. `narrow` is the width of the tensor without copies, which has `heads` heads. */
function headCopies(kernel: Kernel, x: Tensor, out: Tensor, narrow: number, heads: number, copies: number): KernelCall {
	const headSize = narrow / heads;
	const { width, constants } = elementOf(headSize);
	const outStride = strideOf(out.shape) / width;
	const elements = rowsOf(out.shape) * outStride;
	return {
		kernel,
		bindings: { x, out },
		uniforms: { elements, heads, copies, headElements: headSize / width, stride: strideOf(x.shape) / width, outStride },
		constants,
		extent: [elements, 1, 1],
	};
}

/** The gradient of `repeatHeads`: dy [N, G·copies·dh] → [N, G·dh], the sum over the copies of each head. */
export const sumHeads = defineOp<HeadCopies>({
	name: 'sumHeads',
	shape(shapes, { heads, copies }) {
		const [dy] = shapes;
		expectShapes(
			shapes.length === 1 && columnsOf(dy) % (2 * heads * copies) === 0,
			'sumHeads',
			shapes,
			`takes dy [N, ${heads}·${copies}·dh], dh even`,
		);
		return [{ shape: [rowsOf(dy), columnsOf(dy) / copies] }];
	},
	reference([dy], [shape], { heads, copies }) {
		const wide = columnsOf(shape);
		const width = wide / copies;
		const size = width / heads;
		const out = new Float64Array(rowsOf(shape) * width);
		dy.forEach((value, i) => {
			const column = i % wide;
			out[Math.floor(i / wide) * width + Math.floor(column / size / copies) * size + (column % size)] += value;
		});
		return [out];
	},
	lower({ inputs: [dy], outputs: [out], attributes: { heads, copies } }): KernelCall[] {
		return [headCopies(sumHeadsKernel, dy, out, columnsOf(out.shape), heads, copies)];
	},
	samples: [
		{ inputs: [{ shape: [5, 18] }], attributes: { heads: 1, copies: 3 } },
		{ inputs: [{ shape: [67, 36] }], attributes: { heads: 2, copies: 3 } },
		{ inputs: [{ shape: [9, 32] }], attributes: { heads: 2, copies: 2 } },
		{ inputs: [{ shape: [1, 2] }], attributes: { heads: 1, copies: 1 } },
	],
});
