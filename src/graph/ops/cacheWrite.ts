import { type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, sizeOf, strideOf } from '../tensor';

const cachedRow = perElement('cachedRow', 'cached_row');

/**
 * Writes a row into a cache, in place: cache [C, W], row [1, W], position [1] → the cache with row `position` replaced.
 * The host must ensure 0 ≤ position < C.
 */
export const cacheWrite = defineOp({
	name: 'cacheWrite',
	inPlace: 0,
	shape(shapes) {
		const [cache, row, position] = shapes;
		expectShapes(
			shapes.length === 3 && cache.length === 2 && sizeOf(row) === columnsOf(cache) && sizeOf(position) === 1,
			'cacheWrite',
			shapes,
			'takes a cache [C, W], a row [1, W] and a position [1]',
		);
		return [{ shape: cache }];
	},
	reference([cache, row, [position]]) {
		const written = cache.slice();
		written.set(row, position * row.length);
		return [written];
	},
	lower({ inputs: [, row, position], outputs: [cache] }): KernelCall[] {
		const vectors = strideOf(cache.shape) / 4;
		return [{ kernel: cachedRow, bindings: { row, position, cache }, uniforms: { vectors }, extent: [vectors, 1, 1] }];
	},
	samples: [
		{ inputs: [{ shape: [1, 2] }, { shape: [1, 2] }, { shape: [1], dtype: 'i32', numbers: [0] }], attributes: {} },
		{ inputs: [{ shape: [5, 6] }, { shape: [1, 6] }, { shape: [1], dtype: 'i32', numbers: [4] }], attributes: {} },
		{ inputs: [{ shape: [9, 300] }, { shape: [1, 300] }, { shape: [1], dtype: 'i32', numbers: [3] }], attributes: {} },
	],
});
