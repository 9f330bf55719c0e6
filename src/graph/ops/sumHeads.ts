import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, rowsOf } from '../tensor';
import { headCopies } from './repeatHeads';

/** The gradient of `repeatHeads`: dy [N, G·copies·dh] → [N, G·dh], the `copies` heads that came from one head summed. */
export const sumHeads: Op = {
	name: 'sumHeads',
	differentiable: [],
	shape(shapes, { heads, copies }) {
		const [dy] = shapes;
		expectShapes(
			shapes.length === 1 && columnsOf(dy) % (2 * (heads as number) * (copies as number)) === 0,
			'sumHeads',
			shapes,
			`takes dy [N, ${heads}·${copies}·dh], dh even`,
		);
		return [{ shape: [rowsOf(dy), columnsOf(dy) / (copies as number)] }];
	},
	reference([dy], [shape], { heads, copies }) {
		const wide = columnsOf(shape);
		const width = wide / (copies as number);
		const size = width / (heads as number);
		const out = new Float64Array(rowsOf(shape) * width);
		dy.forEach((value, i) => {
			const column = i % wide;
			out[Math.floor(i / wide) * width + Math.floor(column / size / (copies as number)) * size + (column % size)] += value;
		});
		return [out];
	},
	lower({ inputs: [dy], outputs: [out], attributes: { heads, copies } }): KernelCall[] {
		return [headCopies('sumHeads', dy, out, heads as number, copies as number)];
	},
	samples: [
		{ inputs: [{ shape: [5, 18] }], attributes: { heads: 1, copies: 3 } },
		{ inputs: [{ shape: [67, 36] }], attributes: { heads: 2, copies: 3 } },
		{ inputs: [{ shape: [9, 32] }], attributes: { heads: 2, copies: 2 } },
		{ inputs: [{ shape: [1, 2] }], attributes: { heads: 1, copies: 1 } },
	],
};
