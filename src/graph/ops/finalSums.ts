import { type Kernel, type KernelCall, type Mean, type Operand, perWorkgroup, UNUSED } from '../kernel';

const finalSumsKernel: Kernel = {
	...perWorkgroup('finalSums', 'final_sums'),
	onSubgroups: () => ({ overrides: { LANES: 1 } }),
};

/** Second pass of ‖g‖² over `groups` rows of partial sums, and a mean. */
export const finalSums = (partials: Operand, groups: number, squares: Operand, mean: Mean): KernelCall => ({
	kernel: finalSumsKernel,
	bindings: { partials, losses: mean.losses, counted: mean.counted, squares, mean: mean.mean },
	uniforms: { groups, rows: mean.rows, count: mean.count },
	extent: [groups > 0 ? 2 : 1, 1, 1],
});

/** A mean by itself. */
export const meanOf = (mean: Mean): KernelCall => ({ ...finalSums(UNUSED, 0, { scratch: 'no squares', floats: 4 }, mean), mean });
