import { arenaVectors } from '../arena';
import { type ArenaName, type Kernel, type KernelCall, type Operand, perWorkgroup, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { finalSums } from './finalSums';
import { dotGroups, dotPartials, partialsOf, reduceRows } from './twoPassSums';

const gatherKernel: Kernel = {
	...perWorkgroup('gatherGradients', 'gather_gradients'),
	onSubgroups: () => ({ constants: { BATCH: 1 } }),
};

/** Adds the parts of a period's gradients, and leaves the results in an arena of `vectors` vec4s. */
export const addParts =
	(arena: ArenaName, vectors: number) =>
	(parts: Operand, table: Operand, period: number): KernelCall => ({
		kernel: gatherKernel,
		bindings: { gradients: { arena }, parts, table, partials: UNUSED },
		uniforms: { vectors, groups: dotGroups(vectors), period, isLast: 0 },
		extent: [dotGroups(vectors), 1, 1],
	});

/** ‖g‖² of all gradients together: gradients in the arena's order → [1]. */
export const gradientSquares = defineOp({
	name: 'gradientSquares',
	arenas: (inputs) => ({ inputs: Array(inputs).fill('gradients'), outputs: [undefined] }),
	shape(shapes) {
		expectShapes(shapes.length > 0, 'gradientSquares', shapes, 'takes at least one gradient');
		return [{ shape: [1] }];
	},
	reference: (gradients) => [Float64Array.of(gradients.reduce((sum, gradient) => sum + gradient.reduce((part, g) => part + g * g, 0), 0))],
	lower({ inputs, outputs: [out] }): KernelCall[] {
		const vectors = arenaVectors(inputs.map((input) => input.shape));
		const gradients = { arena: 'gradients' as const };
		const groups = dotGroups(vectors);
		const squares: KernelCall = {
			...dotPartials(gradients, gradients, vectors, { width: 4, column: 0, clear: [0, 4] }),
			summing: {
				alone: addParts('gradients', vectors),
				within: (parts, table, period) => ({
					kernel: gatherKernel,
					bindings: { gradients, parts, table, partials: partialsOf(groups, 4) },
					uniforms: { vectors, groups, period, isLast: 1 },
					extent: [groups, 1, 1],
				}),
			},
		};
		return [squares, { ...reduceRows(groups, 1, out), withMean: (mean) => finalSums(partialsOf(groups, 4), groups, out, mean) }];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [2] }], attributes: {} },
		{ inputs: [{ shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [301, 67] }, { shape: [90, 64] }, { shape: [67] }], attributes: {} },
	],
});
