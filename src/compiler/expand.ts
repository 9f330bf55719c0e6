import type { KernelCall } from '../graph/op';
import type { Profile } from './profile';

/** Inner extents shorter than this are not worth a second pass. */
const LEAST_SPLIT = 128;
/** Splits start at multiples of this, as the product kernels ask. */
const SPLIT_ALIGNMENT = 16;

/** Replaces a call by the calls that do the same under a profile. */
export function expand(call: KernelCall, profile: Profile): KernelCall[] {
	return call.kernel.startsWith('matmul') ? splitInner(call, profile) : [call];
}

/**
 * A product with too few output tiles to fill the adapter, as weight gradients have, is summed in several parts of the
 * inner extent at once; a second pass adds the parts in order.
 */
function splitInner(call: KernelCall, { productTile: [tileRows, tileColumns], parallelWorkgroups }: Profile): KernelCall[] {
	const { rows, columns, inner, strideC, hasResidual } = call.uniforms;
	const tiles = Math.ceil(rows / tileRows) * Math.ceil(columns / tileColumns);
	const wanted = Math.max(1, Math.min(Math.floor(parallelWorkgroups / tiles), Math.floor(inner / LEAST_SPLIT)));
	const innerPerSplit = Math.ceil(inner / wanted / SPLIT_ALIGNMENT) * SPLIT_ALIGNMENT;
	const splits = Math.ceil(inner / innerPerSplit);
	if (splits === 1) return [{ ...call, uniforms: { ...call.uniforms, innerPerSplit } }];
	const vectors = (rows * strideC) / 4;
	const partials = { scratch: 'products', floats: splits * vectors * 4 };
	const { residual, c, ...factors } = call.bindings;
	return [
		{
			...call,
			bindings: { ...factors, residual: { scratch: 'unused', floats: 4 }, c: partials },
			uniforms: { ...call.uniforms, hasResidual: 0, innerPerSplit },
			extent: [rows, columns, splits],
		},
		{
			kernel: 'sumPartials',
			bindings: { partials, residual, out: c },
			uniforms: { vectors, splits, hasResidual },
			extent: [vectors, 1, 1],
		},
	];
}
