/** Tables of the page as text. Plain functions. */
import { type Cell, csvLine } from '../../../session/client/results/csvLine';

/** A table's cells as they are read, row by row; the first row is the heading. Columns of buttons are left out. */
export function tableCells(table: HTMLTableElement): string[][] {
	const rows = [...table.rows].map((row) =>
		[...row.cells].flatMap((cell) => {
			const text = shownText(cell);
			return Array.from({ length: cell.colSpan }, (_, i) => (i === 0 ? text : ''));
		}),
	);
	const width = Math.max(0, ...rows.map((row) => row.length));
	const kept = Array.from({ length: width }, (_, i) => i).filter((i) => rows.some((row) => row[i]));
	return rows.map((row) => kept.map((i) => row[i] ?? ''));
}

/** Text of controls and of screen readers, which is not part of a cell. */
const LEFT_OUT = '.hidden, .row-tools, .sort-sign, select, input, svg, [aria-hidden=true]';

function shownText(cell: Element): string {
	const copy = cell.cloneNode(true) as Element;
	for (const part of copy.querySelectorAll(LEFT_OUT)) part.remove();
	return (copy.textContent ?? '').replace(/\s+/g, ' ').trim();
}

export const tableCsv = (rows: readonly (readonly string[])[]): string => rows.map((row) => csvLine(row.map(numberOr))).join('');

/** A number of the page, such as `−0.12` or `1 200`, as one that a spreadsheet reads. */
function numberOr(text: string): Cell {
	const plain = text.replace('−', '-').replace(/(?<=\d)[\u202f\u00a0 ,](?=\d{3}(\D|$))/g, '');
	return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text;
}

/** GitHub's table syntax. */
export function tableMarkdown([head, ...rows]: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[\\|<]/g, '\\$&')).join(' | ')} |`;
	return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

const LATEX: Record<string, string> = {
	'\\': '\\textbackslash{}',
	'~': '\\textasciitilde{}',
	'^': '\\textasciicircum{}',
	'−': '$-$',
	'±': '$\\pm$',
	λ: '$\\lambda$',
	'‖': '$\\|$',
	'…': '\\dots{}',
	'–': '--',
	'\u00a0': '~',
	'\u202f': '\\,',
};

/** A `tabular` with booktabs' rules, in a `table` with a caption. */
export function tableLatex([head, ...rows]: readonly (readonly string[])[], caption: string): string {
	const escaped = (text: string) => text.replace(/[\\~^−±λ‖…–\u00a0\u202f&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`);
	const line = (cells: readonly string[]) => `\t\t${cells.map(escaped).join(' & ')} \\\\`;
	const isNumber = (i: number) => rows.length > 0 && rows.every((row) => !row[i] || /^[+−-]?[\d.]/.test(row[i]));
	const columns = head.map((_, i) => (i > 0 && isNumber(i) ? 'r' : 'l')).join('');
	return [
		'% \\usepackage{booktabs}',
		'\\begin{table}',
		`\t\\caption{${escaped(caption)}}`,
		`\t\\begin{tabular}{${columns}}`,
		'\t\t\\toprule',
		line(head),
		'\t\t\\midrule',
		...rows.map(line),
		'\t\t\\bottomrule',
		'\t\\end{tabular}',
		'\\end{table}',
		'',
	].join('\n');
}
