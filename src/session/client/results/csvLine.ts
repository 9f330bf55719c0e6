/** Lines of CSV (RFC 4180, CRLF) that a spreadsheet reads as data, never as a formula. */

export type Cell = string | number | boolean | null;

export const joinCells = (cells: readonly Cell[]): string => cells.map(cellText).join(',');

export const csvLine = (cells: readonly Cell[]): string => `${joinCells(cells)}\r\n`;

/** Records as a table, with a header line of their keys; empty if there are none. */
export function recordsCsv(records: readonly Readonly<Record<string, Cell>>[]): string {
	if (records.length === 0) return '';
	const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
	return [keys, ...records.map((record) => keys.map((key) => record[key] ?? null))].map(csvLine).join('');
}

/** NaN and infinity are empty cells. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cellText(cell: Cell): string {
	if (cell === null) return '';
	if (typeof cell === 'boolean') return String(cell);
	if (typeof cell === 'number') return Number.isFinite(cell) ? String(Number.isInteger(cell) ? cell : Number(cell.toPrecision(9))) : '';
	const text = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
