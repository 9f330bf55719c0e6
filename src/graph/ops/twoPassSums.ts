import { type KernelCall, type Operand, perColumn, perWorkgroup, type Scratch } from '../kernel';

/** Sums in a fixed order without atomics: in a first pass, each workgroup writes a row of partial sums; a second adds the rows. */

const dotPartialsKernel = perWorkgroup('dotPartials', 'dot_partials');
const reduceRowsKernel = perColumn('reduceRows', 'reduce_rows');

/** vec4s that each workgroup sums in the first pass of a dot product. */
const VECTORS_PER_GROUP = 2048;
/** With more workgroups, the second pass would take longer than the first. */
const MOST_GROUPS = 1024;

/** Number of rows of partial sums of a dot product over `vectors` vec4s. */
export const dotGroups = (vectors: number): number => Math.min(MOST_GROUPS, Math.max(1, Math.ceil(vectors / VECTORS_PER_GROUP)));

/** The partial sums between the passes: [rows, columns]. */
export const partialsOf = (rows: number, columns: number): Scratch => ({ scratch: 'partials', floats: rows * columns });

/**
 * First pass of ⟨x, y⟩ over `vectors` vec4s. Each workgroup writes the dot product of its share to column `column` of its
 * row of partials [groups, width], and zeros to the other columns from `clear[0]` up to but excluding `clear[1]`.
 */
export function dotPartials(
	x: Operand,
	y: Operand,
	vectors: number,
	{ width, column, clear: [clearFrom, clearTo] }: { width: number; column: number; clear: readonly [number, number] },
): KernelCall {
	const groups = dotGroups(vectors);
	return {
		kernel: dotPartialsKernel,
		bindings: { x, y, partials: partialsOf(groups, width) },
		uniforms: { vectors, groups, width, column, clearFrom, clearTo },
		extent: [groups, 1, 1],
	};
}

/** Second pass: out[c] = Σ_row partials[row, c] over `vectors` vec4 columns. */
export const reduceRows = (rows: number, vectors: number, out: Operand): KernelCall => ({
	kernel: reduceRowsKernel,
	bindings: { partials: partialsOf(rows, 4 * vectors), out },
	uniforms: { rows, vectors },
	extent: [vectors, 1, 1],
	sum: { partials: partialsOf(rows, 4 * vectors), parts: rows, vectors, lanes: 8, out },
});
