/** Saves a panel as a picture or a table. Loaded with the first figure. */
import { recordsCsv } from '../../../session/client/results/csvLine';
import type { LabSnapshot, RunView } from '../../../session/client/store/labSnapshot';
import { download, saveFile } from '../download';
import { linkOf } from '../linkOf';
import { addressOf } from '../openedLink';
import { type Captioned, runsNote } from './caption';
import { capture, type Picture } from './capture';
import { type FigureKind, type FigureRecords, WHOLE } from './kinds';
import { tableCells, tableCsv, tableLatex, tableMarkdown } from './tables';

export interface Figure {
	panel: HTMLElement;
	title: string;
	/** Runs shown in it. */
	runs: readonly RunView[];
	/** The caption of a figure without runs. */
	caption?: Omit<Captioned, 'title'>;
	/** The numbers drawn; without them, those of the panel's table. */
	records?: FigureRecords;
}

/** @throws Error if there is nothing to save, or the browser can't draw the picture */
export async function saveFigure(kind: FigureKind, { panel, title, runs, caption, records }: Figure, lab: LabSnapshot): Promise<void> {
	const text: Captioned = { title, ...(caption ?? { note: runsNote(runs), link: linkTo(runs, lab) }) };
	const name = `resformer-lab-${title
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, '-')
		.slice(0, 60)}`;
	if (kind === 'svg' || kind === 'png') {
		const picture = withAllRows(panel, () => capture(panel, text));
		if (kind === 'svg') download(`${name}.svg`, 'image/svg+xml', picture.svg);
		else saveFile(`${name}.png`, await pngOf(picture));
		return;
	}
	if (kind === 'csv' && records) return download(`${name}.csv`, 'text/csv', recordsCsv(await records()));
	const table = panel instanceof HTMLTableElement ? panel : panel.querySelector('table');
	if (!table) throw new Error('the panel shows no table');
	const cells = withAllRows(panel, () => tableCells(table));
	if (kind === 'csv') download(`${name}.csv`, 'text/csv', tableCsv(cells));
	else if (kind === 'markdown')
		download(`${name}.md`, 'text/markdown', `${tableMarkdown(cells)}\n${text.title}. ${text.note}. ${text.link}\n`);
	else download(`${name}.tex`, 'application/x-tex', `% ${text.link}\n${tableLatex(cells, `${text.title}. ${text.note}.`)}`);
}

/** Reads a panel while all rows of its tables are on the page: of long ones, only those near the window are otherwise. */
function withAllRows<T>(panel: HTMLElement, read: () => T): T {
	const bodies = [...panel.querySelectorAll('tbody')];
	const set = (whole: boolean) => {
		for (const body of bodies) body.dispatchEvent(new CustomEvent(WHOLE, { detail: whole }));
	};
	set(true);
	try {
		return read();
	} finally {
		set(false);
	}
}

/** The address of the experiment that was trained; of recorded runs, the page's. */
function linkTo(runs: readonly RunView[], { experiment }: LabSnapshot): string {
	return experiment && !runs.some(({ recorded }) => recorded) ? addressOf(linkOf(experiment)) : location.href;
}

/** Pixels per CSS pixel, and the most pixels of a side that browsers draw. */
const SCALE = 2;
const MOST_PIXELS = 16_000;

async function pngOf({ svg, width, height }: Picture): Promise<Blob> {
	const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
	try {
		const image = new Image();
		image.src = url;
		await image.decode();
		const scale = Math.min(SCALE, MOST_PIXELS / Math.max(width, height));
		const canvas = document.createElement('canvas');
		canvas.width = Math.round(width * scale);
		canvas.height = Math.round(height * scale);
		canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
		const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
		if (!png) throw new Error('the browser could not draw it');
		return png;
	} finally {
		URL.revokeObjectURL(url);
	}
}
