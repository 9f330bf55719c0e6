/** Formats rows of cells as aligned columns: the first flush left, the others flush right. */
export function table(rows: readonly (readonly string[])[]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	return rows
		.map((row) =>
			row
				.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

/** Formats a number with `digits` decimals; NaN and infinity by their names. */
export const decimals = (value: number, digits = 4): string => (Number.isFinite(value) ? value.toFixed(digits) : String(value));
