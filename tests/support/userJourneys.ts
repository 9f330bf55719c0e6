/** Steps of a new user's journeys through the page, with a mouse, a finger or the keyboard. */
import type { Locator, Page } from 'playwright-core';
import type { Frame } from '../../src/experiment/records/frame';
import { countOf, eventsOf, forwardPassesOf, waitForEvents } from './spy';
import type { User } from './user';

/** Small enough for a processor in a GPU's place; there is a sink within 40 steps. Comes with three methods and one seed. */
export const SMALL =
	'#task=backcopy&layers=2&heads=2&hiddenSize=32&intermediateSize=48&sequenceLength=16&batchSize=4&steps=100000&warmupSteps=5&learningRate=0.01&schedule=constant&validateEvery=20&validationBatches=1&probeEvery=5&v=1';

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Opens the form where it is a drawer or a sheet, and its folded groups. */
export async function openForm(page: Page, user: User): Promise<void> {
	const opener = button(page, 'Experiment');
	if (await opener.isVisible()) await user.press(opener);
	for (const name of ['Model', 'Training']) {
		const folded = page.getByRole('group', { name, exact: true }).locator('> details:not([open]) > summary');
		if ((await folded.count()) > 0) await user.press(folded);
	}
}

/** The page's text for the state of the training. */
export const stepNow = async (page: Page): Promise<number> =>
	Number(/Step ([\d,]+)/.exec((await page.locator('.step-counter').textContent()) ?? '')?.[1].replaceAll(',', ''));

export const waitForStep = (page: Page, least: number) =>
	page.waitForFunction(
		(wanted) => Number(/Step ([\d,]+)/.exec(document.querySelector('.step-counter')?.textContent ?? '')?.[1].replaceAll(',', '')) >= wanted,
		least,
		{ timeout: 150_000 },
	);

export async function pause(page: Page, user: User): Promise<void> {
	await user.press(button(page, 'Pause'));
	await page.locator('.progress-words', { hasText: 'Paused' }).waitFor();
}

/** Shows a method's run in one of the columns unless it is shown already, and returns the column. */
export async function columnOf(page: Page, user: User, name: string): Promise<Locator> {
	const column = page.getByRole('region', { name: `Attention of ${name}`, exact: true });
	if ((await column.count()) === 0) await user.choose(page.getByLabel('Run shown').first(), name);
	await column.waitFor();
	return column;
}

export interface Birth {
	layer: number;
	head: number;
	/** Place of the probe in which the sink first shows, among those recorded; and its step. */
	index: number;
	step: number;
	frames: readonly Frame[];
}

/** Where a run's largest sink is, and when it came up, out of what the worker said. */
export async function birthOfSink(page: Page, run: string): Promise<Birth> {
	const frames = (await eventsOf(page, 'frame')).map(({ frame }) => frame).filter((frame) => frame.run === run);
	const last = Array.from(frames[frames.length - 1].sinkRates);
	const place = last.indexOf(Math.max(...last));
	const index = frames.findIndex(({ sinkRates }) => sinkRates[place] > 0);
	if (index < 0) throw new Error(`${run} has no sink after ${frames.at(-1)?.step} steps: choose another experiment`);
	const { heads } = frames[0];
	return { layer: Math.floor(place / heads), head: place % heads, index, step: frames[index].step, frames };
}

/** Opens the map of the sink at its birth, from the map of sinks over training. */
export async function openBirth(page: Page, user: User, run: string, { layer, head, index, frames }: Birth): Promise<void> {
	const toggle = button(page, 'Sinks over training');
	await user.press(toggle);
	const cells = page.getByRole('application', { name: new RegExp(`^Sink rate of ${run}`) });
	const row = layer * frames[0].heads + head;
	if (user.means === 'keyboard') {
		await user.reach(cells);
		await page.keyboard.press('Home');
		for (let i = 0; i < index; i++) await page.keyboard.press('ArrowRight');
		const rows = frames[0].layers * frames[0].heads;
		for (let i = 0; i < rows; i++) await page.keyboard.press('ArrowUp');
		for (let i = 0; i < row; i++) await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		return;
	}
	await cells.scrollIntoViewIfNeeded();
	const box = await cells.boundingBox();
	if (!box) throw new Error('the map of sinks is not on the page');
	const position = {
		x: (box.width * (index + 0.5)) / frames.length,
		y: (box.height * (row + 0.5)) / (frames[0].layers * frames[0].heads),
	};
	await (user.means === 'touch' ? cells.tap({ position }) : cells.click({ position }));
}

/** Locks the cell of the last token's attention to the first. */
export async function lockFirstKey(page: Page, user: User, column: Locator): Promise<void> {
	const map = column.locator('.large-map');
	if (user.means === 'keyboard') {
		await user.reach(map);
		await page.keyboard.press('End');
		await page.keyboard.press('Home');
		return;
	}
	const cells = map.locator('.large-map-cells');
	await cells.scrollIntoViewIfNeeded();
	const box = await cells.boundingBox();
	if (!box) throw new Error('the map is not on the page');
	const position = { x: 0.02 * box.width, y: 0.98 * box.height };
	await (user.means === 'touch' ? cells.tap({ position }) : cells.click({ position }));
}

/** Hides the first key from every query: with `m` on the locked cell, or with a click on the head of its column. */
export async function maskFirstKey(page: Page, user: User, column: Locator): Promise<void> {
	if (user.means === 'keyboard') {
		await user.reach(column.locator('.large-map'));
		await page.keyboard.press('m');
	} else if (user.means === 'mouse') await column.locator('.key-heads').click({ position: { x: 3, y: 5 } });
	else await user.press(button(page, /^Mask/));
}

/** Switches the head of layer 1 off that comes first: `o` on its thumbnail, the switch at its corner, or the box below. */
export async function switchFirstHead(page: Page, user: User, column: Locator): Promise<void> {
	const thumb = column.getByRole('button', { name: /^Layer 1, head 1/ });
	if (user.means === 'keyboard') {
		await user.reach(column.locator('.thumb[tabindex="0"]'));
		for (const key of ['ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
		await page.keyboard.press('o');
	} else if (user.means === 'mouse') {
		await thumb.hover();
		await user.press(column.locator('.head-switch'));
	} else {
		await user.press(thumb);
		await user.press(column.locator('.head-on input'));
	}
}

/** Does something that requests a forward pass, and waits until the page shows the answer. */
export async function answered(page: Page, act: () => Promise<unknown>): Promise<void> {
	const before = await countOf(page, 'answer');
	await act();
	await waitForEvents(page, 'answer', before + 1, 30_000);
	await page.locator('.interventions[aria-busy=false]').waitFor();
}

/** The result of the last forward pass. */
export async function lastLook(page: Page) {
	const look = (await forwardPassesOf(page)).at(-1);
	if (!look) throw new Error('the model was not asked yet');
	return look;
}

/** Chooses an item from the menu of a run's row. */
export async function chooseOf(page: Page, user: User, run: string, item: string): Promise<void> {
	await user.press(button(page, `More about ${run}`));
	await user.press(page.getByRole('menuitem', { name: item, exact: true }));
}

/** The cells of a CSV file by row, its header first. */
export const csvCells = (text: string): string[][] =>
	text
		.trimEnd()
		.split('\r\n')
		.map((line) =>
			[...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain),
		);

/** A table by its header: a cell's text by the row's number, from 0, and the column's heading. */
export async function cellOf(page: Page, row: number, heading: string): Promise<string> {
	const headings = await page.locator('.runs thead th').allTextContents();
	const column = headings.findIndex((words) =>
		words
			.replace(/[▲▼↑↓]/g, '')
			.trim()
			.startsWith(heading),
	);
	if (column < 0) throw new Error(`no column “${heading}” among ${headings.join(' | ')}`);
	return (await page.locator('.runs tbody tr').nth(row).locator('th, td').nth(column).textContent()) ?? '';
}
