/** A sweep from the form to its file, with a mouse, a finger and the keyboard alone. The tests check what the user sees. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { decodeLink } from '../../src/experiment/link';
import { openPage } from '../support/browser';
import { type Means, type User, userOf } from '../support/user';
import { button, csvCells, openForm } from '../support/userJourneys';
import { seriousFindings } from './axe';
import { layoutFindings } from './layout';

const SMALL =
	'#methods=vanilla,svformer&seeds=1,2&layers=2&heads=1&hiddenSize=16&intermediateSize=24&sequenceLength=16&batchSize=4&steps=24&warmupSteps=2&validateEvery=0&validationBatches=1&probeEvery=0&v=1';

const PEOPLE: [name: string, means: Means, width: number, height: number][] = [
	['with a mouse at 1440 px', 'mouse', 1440, 900],
	['with a finger at 390 px', 'touch', 390, 844],
	['with the keyboard alone at 1440 px', 'keyboard', 1440, 900],
];

describe('a sweep of the sequence length with the tokens of a step fixed', () => {
	it.each(PEOPLE)('%s', async (_, means, width, height) => {
		const { page, errors, warnings, close } = await openPage({ width, height, touch: means === 'touch', address: SMALL });
		page.setDefaultTimeout(60_000);
		const user = userOf(page, means);
		await build(page, user);
		await user.press(button(page, 'Train'));
		await page.getByText('8 runs, all finished', { exact: true }).waitFor();
		expect(await page.evaluate(layoutFindings)).toEqual([]);
		await readWinners(page);
		await openCurves(page, user);
		await exportRuns(page, user);
		expect(decodeLink(page.url()).experiment.sweep).toEqual([
			{ sequenceLength: 8, batchSize: 8 },
			{ sequenceLength: 16, batchSize: 4 },
		]);
		expect(await seriousFindings(page)).toEqual([]);
		expect(errors).toEqual([]);
		expect(warnings).toEqual([]);
		await close();
	});
});

/** From the field's “Sweep” to two points; each step keeps 64 tokens. */
async function build(page: Page, user: User): Promise<void> {
	await openForm(page, user);
	await user.press(button(page, 'Sweep Sequence length'));
	const dialog = page.getByRole('dialog', { name: 'Sweep' });
	await user.write(dialog.getByLabel('Add values of Sequence length'), '8');
	await user.press(dialog.getByRole('button', { name: 'Add', exact: true }));
	await dialog.getByText(/^2 points × 2 methods × 2 seeds = 8 runs of at most 300/).waitFor();
	expect(await dialog.getByRole('row').allTextContents()).toEqual(['PointSequence lengthBatch size', '188', '2164']);
	await user.press(dialog.getByRole('button', { name: 'Done', exact: true }));
	expect(await button(page, 'Sequence length').textContent()).toBe('8, 16');
}

/** The key of the chart says at which lengths SVFormer is below or above vanilla. */
async function readWinners(page: Page): Promise<void> {
	const key = page.getByRole('region', { name: 'Lines of the sweep and their differences' });
	const sentence = key.locator('li', { hasText: 'SVFormer' });
	expect(await sentence.textContent()).toMatch(/SVFormer is (below|above|not separated).* at (8|16)/);
	for (const length of ['8', '16']) expect(await sentence.textContent()).toMatch(new RegExp(`\\b${length}\\b`));
}

/** A mark of the chart opens its run's curves, which get the focus. */
async function openCurves(page: Page, user: User): Promise<void> {
	const chart = page.getByRole('application', { name: 'Validation loss over Sequence length' });
	await chart.scrollIntoViewIfNeeded();
	if (user.means === 'keyboard') {
		await user.reach(chart);
		await page.keyboard.press('Home');
		await page.locator('.sweep .reading', { hasText: 'sequence length 8' }).waitFor();
		await page.keyboard.press('Enter');
	} else {
		const position = await chart.evaluate(firstMark);
		// A finger's first tap names the run.
		if (user.means === 'touch') {
			await chart.tap({ position });
			await page.locator('.sweep .reading', { hasText: 'sequence length 8' }).waitFor();
			await chart.tap({ position });
		} else await chart.click({ position });
	}
	await page.getByText(/^Curves below: .*, seed \d/).waitFor();
	expect(await page.evaluate(() => document.activeElement?.closest('.charts') !== null)).toBe(true);
	await user.press(button(page, 'Show all curves'));
	await page.getByText(/^Curves below/).waitFor({ state: 'detached' });
}

/** Runs in the page: the place of the first run's mark inside the chart. */
function firstMark(chart: Element): { x: number; y: number } {
	const box = chart.getBoundingClientRect();
	const path = chart.querySelector('.sweep-runs')?.getAttribute('d') ?? '';
	const svg = chart.querySelector('svg')?.getBoundingClientRect() ?? box;
	const [, x, y] = /M(-?[\d.]+),(-?[\d.]+)/.exec(path) ?? [];
	return { x: Number(x) + svg.left - box.left + 2, y: Number(y) + svg.top - box.top };
}

async function exportRuns(page: Page, user: User): Promise<void> {
	await user.press(button(page, 'CSV of the sweep'));
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		user.press(page.getByRole('menuitem', { name: 'Runs of the sweep as CSV', exact: true })),
	]);
	expect(download.suggestedFilename()).toBe('resformer-lab-sweep-runs.csv');
	const [header, ...rows] = csvCells(await readFile(await download.path(), 'utf8'));
	expect(rows).toHaveLength(8);
	const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
	expect(column('sequenceLength')).toEqual(['8', '8', '8', '8', '16', '16', '16', '16']);
	expect(column('method').slice(0, 4)).toEqual(['vanilla', 'vanilla', 'svformer', 'svformer']);
	expect(column('state').every((state) => state === 'finished')).toBe(true);
	expect(column('validationLoss').every((loss) => Number(loss) > 0)).toBe(true);
}
