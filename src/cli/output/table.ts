/** Rows of cells in columns wide enough for each; the first column is flush left, the others right. */
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

/** A number for people: 4 decimals, or what it is instead of a number. */
export const decimals = (value: number, digits = 4): string => (Number.isFinite(value) ? value.toFixed(digits) : String(value));
