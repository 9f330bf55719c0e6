// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { chartData } from '../../src/ui/charts/chartData';
import { lineRecords } from '../../src/ui/charts/figureRecords';
import { DEFAULT_VIEW } from '../../src/ui/charts/view';
import { caption, runsNote } from '../../src/ui/shared/figures/caption';
import { lightened, lightenWords } from '../../src/ui/shared/figures/lighten';
import { tableCells, tableCsv, tableLatex, tableMarkdown } from '../../src/ui/shared/figures/tables';
import { colourTable, differenceTable } from '../../src/ui/theme/attentionScale';
import { view } from './views';

describe('a table', () => {
	const table = document.createElement('table');
	table.innerHTML = `<tr><th><button>Runs<span class="sort-sign">▾</span></button></th><th>Loss λ₂</th><th><span class="row-tools">Export</span></th></tr>
		<tr><td><svg><text>x</text></svg> A|B_1 <span class="hidden">for readers</span></td><td>−0.12</td><td></td></tr>
		<tr><td>50 %</td><td>1 200</td><td><select><option>3</option></select></td></tr>`;
	const cells = tableCells(table);

	it('is read as it is shown, without controls', () => {
		expect(cells).toEqual([
			['Runs', 'Loss λ₂'],
			['A|B_1', '−0.12'],
			['50 %', '1 200'],
		]);
	});

	it('has numbers that a spreadsheet reads, and no formulas', () => {
		expect(tableCsv(cells)).toBe('Runs,Loss λ₂\r\nA|B_1,-0.12\r\n50 %,1200\r\n');
		expect(tableCsv([['=1+1', '+x']])).toBe("'=1+1,'+x\r\n");
	});

	it('keeps its separators out of Markdown and LaTeX', () => {
		expect(tableMarkdown(cells)).toBe('| Runs | Loss λ₂ |\n| --- | --- |\n| A\\|B_1 | −0.12 |\n| 50 % | 1 200 |\n');
		const latex = tableLatex(cells, 'Runs & more');
		expect(latex).toContain('\\begin{tabular}{lr}');
		expect(latex).toContain('A|B\\_1 & $-$0.12 \\\\');
		expect(latex).toContain('50 \\% & 1 200 \\\\');
		expect(latex).toContain('\\caption{Runs \\& more}');
	});
});

describe('a figure', () => {
	const runs = [1, 2].map((seed) => view('vanilla', seed, [3, 2, 1 + seed / 10], {}, 'Vanilla'));

	it('names seeds and step, and breaks a long link into lines that fit', () => {
		expect(runsNote(runs)).toBe('Seeds 1 and 2, step 3');
		expect(runsNote([])).toBe('');
		const link = `https://example.org/#${'a'.repeat(400)}`;
		const { below } = caption({ title: 'Loss', note: 'Seed 1', link }, 580);
		expect(below.lines.map(({ text }) => text).join('')).toBe(`Seed 1${link}`);
		expect(below.lines.every(({ text }) => text.length <= 100)).toBe(true);
	});

	it('has the drawn numbers of its chart: mean, smallest and largest over seeds', () => {
		const chart = { runs, baseline: null, view: { ...DEFAULT_VIEW, smoothing: 1 }, totalSteps: 3, fromZero: false, optimum: null };
		const records = lineRecords(chartData(chart), 'steps', 'loss');
		expect(records.at(-1)).toMatchObject({ line: 'Vanilla', smallest: Math.fround(1.1), largest: Math.fround(1.2) });
		expect(records.at(-1)?.loss).toBeCloseTo(1.15, 6);
	});

	it('has the light theme’s colours for every colour of a map in the dark one', () => {
		for (const scale of ['root', 'linear', 'log'] as const)
			for (const table of [colourTable, differenceTable]) {
				const words = Uint32Array.from(table(scale, 'dark'));
				lightenWords(words);
				// Neighbouring colours of another scale may be the same dark colour.
				const light = table(scale, 'light');
				const channels = (word: number) => [0, 8, 16].map((shift) => (word >> shift) & 255);
				const distance = (a: number, b: number) => Math.max(...channels(a).map((value, i) => Math.abs(value - channels(b)[i])));
				expect(Math.max(...words.map((word, i) => distance(word, light[i])))).toBeLessThanOrEqual(6);
			}
		expect(lightened('rgb(1, 2, 3)')).toBe('rgb(1, 2, 3)');
		expect(lightened('rgb(28, 31, 36)')).toBe('rgb(255, 255, 255)');
	});
});
