/**
 * Every state of the page, at its three widths, light and dark, with invented numbers (tests/ui/fakeWorker.ts). Checked are
 * facts that a reader would miss: nothing wider than the window, Train in view, no words over others, contrast and the
 * rest of axe's serious rules. Pixels are not compared: fonts differ from machine to machine. To look at the states
 * oneself: `SHOTS=/some/folder npx vitest run --project e2e tests/e2e/states.e2e.test.ts` saves an image of each.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/experiment/link';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import { openPage } from '../support/browser';
import { serveFake } from '../ui/fakePage';
import { seriousFindings } from './axe';
import { layoutFindings } from './layout';

/** The widths of the three layouts; each colour scheme is seen at the widest, and at one of the others. */
const LOOKS = [
	[1440, 900, 'light'],
	[1440, 900, 'dark'],
	[1024, 768, 'light'],
	[390, 844, 'dark'],
] as const;

interface State {
	name: string;
	hash: string;
	/** Brings the page there. */
	reach(page: Page): Promise<unknown>;
	/** Runs in the page before its scripts. */
	before?: () => void;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const train = (page: Page) => button(page, 'Train').click();
const step = (page: Page, least: number) =>
	page.waitForFunction(
		(wanted) => Number(/Step ([\d,]+)/.exec(document.querySelector('.step-counter')?.textContent ?? '')?.[1].replace(',', '')) >= wanted,
		least,
	);
const notice = (page: Page, text: string) => page.locator('.notice', { hasText: text }).waitFor();
const finished = (page: Page) => button(page, 'Train again').waitFor();
const trained = async (page: Page) => {
	await train(page);
	await finished(page);
};
const open = async (page: Page, selector: string) => {
	await page.locator(selector).first().click();
	await page.locator('dialog[data-modal]').waitFor();
};
/** From the menu of the row of the run with this name, seed 1. */
const chooseOf = async (page: Page, run: string, item: string) => {
	await button(page, `More about ${run}, seed 1`).click();
	await page.getByRole('menuitem', { name: item, exact: true }).click();
};

const openDepth = async (page: Page) => {
	await page.locator('.depth summary').click();
	await page.locator('.depth-views').scrollIntoViewIfNeeded();
};

const SHORT = '#steps=100&warmupSteps=10&v=1';

/** Three methods and two seeds, with little to draw for each run. */
const SWEPT = '#methods=vanilla,resformer,svformer&seeds=1,2&steps=60&warmupSteps=6&probeEvery=0';

const STATES: State[] = [
	{
		name: 'first visit with recorded answer',
		hash: '',
		reach: (page) => page.locator('.recorded-note', { hasText: 'Recorded on' }).waitFor(),
	},
	{ name: 'nothing recorded', hash: '#layers=3&v=1', reach: (page) => page.locator('.loss-chart').waitFor() },
	{
		name: 'own training kept',
		hash: SHORT,
		async reach(page) {
			await trained(page);
			await button(page, 'Reset').click();
			await page.locator('.recorded-note', { hasText: 'Your earlier training' }).waitFor();
		},
	},
	{
		name: 'no WebGPU',
		hash: '#seeds=404&v=1',
		reach: (page) => page.getByRole('heading', { name: 'Training needs WebGPU' }).waitFor(),
	},
	{
		name: 'compiling',
		hash: '#seeds=77&v=1',
		async reach(page) {
			await train(page);
			await page.locator('.progress-words', { hasText: 'kernel 13 of 38' }).waitFor();
		},
	},
	{
		name: 'training',
		hash: '#steps=4000&v=1',
		async reach(page) {
			await train(page);
			await step(page, 300);
		},
	},
	{
		name: 'paused',
		hash: '#task=backcopy&layers=2&heads=1&seeds=1,2,3&v=1',
		async reach(page) {
			await train(page);
			await step(page, 120);
			await button(page, 'Pause').click();
			await button(page, 'Resume').waitFor();
		},
	},
	{
		name: 'one run diverged',
		hash: '#seeds=666&v=1',
		async reach(page) {
			await train(page);
			await notice(page, 'stopped at step 120');
		},
	},
	{
		name: 'device resumed',
		hash: '#seeds=13&v=1',
		async reach(page) {
			await train(page);
			await notice(page, 'is back');
		},
	},
	{ name: 'link with bad fields', hash: '#layers=99&colour=blue&heads=zwei&v=1', reach: (page) => notice(page, '3 fields of the link') },
	{
		name: 'gallery',
		hash: '#gallery',
		async reach(page) {
			await page.getByRole('heading', { name: 'Questions', exact: true }).waitFor();
			await page
				.locator('.card')
				.first()
				.getByText(/on this device/)
				.waitFor();
			await page.locator('.card .question-figure').first().waitFor();
		},
	},
	{
		name: 'question opened from the gallery',
		hash: '#gallery',
		async reach(page) {
			await page.locator('.card').getByRole('link').first().click();
			await button(page, 'Run it here').waitFor();
			await page.locator('.result-verdict').waitFor();
		},
	},
	{
		name: 'a question of a sweep opened, with its recorded answer',
		hash: `#${encodeLink(findPreset('optimizer')?.experiment as Experiment)}`,
		async reach(page) {
			await page.locator('.recorded-note', { hasText: 'Recorded' }).waitFor();
			await page.locator('.sweep-chart .sweep-runs').first().waitFor();
			await page.locator('.verdict').waitFor();
		},
	},
	{
		name: 'all layers at once, as a map of layers and positions',
		hash: `#methods=vanilla,resformer:learnable&steps=100&warmupSteps=10&v=1`,
		async reach(page) {
			await trained(page);
			await openDepth(page);
			await page.locator('.depth canvas').first().waitFor();
		},
	},
	{
		name: 'all layers at once, λ by layer and step',
		hash: `#methods=vanilla,resformer:learnable&steps=100&warmupSteps=10&v=1`,
		async reach(page) {
			await trained(page);
			await openDepth(page);
			await button(page, 'λ by layer and step').click();
			await page.locator('.depth canvas').first().waitFor();
		},
	},
	{
		name: 'link with results',
		hash: '#task=backcopy&layers=2&heads=1&steps=200&warmupSteps=20&seeds=1,2,3&v=1&r=sinkAttention.2@600~vanilla,0.113,0.012,3~resformer,0.034,0.004,3~svformer,0.11,0.01,3',
		async reach(page) {
			await trained(page);
			await page.locator('.seen-note', { hasText: '3.4 % ± 0.4 % in ResFormer' }).waitFor();
		},
	},
	{
		name: 'storage full',
		hash: SHORT,
		// A function that is not a method: it is sent to the page as its text.
		before: () => {
			IDBObjectStore.prototype.put = () => {
				throw new DOMException('no room', 'QuotaExceededError');
			};
		},
		async reach(page) {
			await trained(page);
			await notice(page, 'storage is full');
		},
	},
	{
		name: '12 runs',
		hash: '#methods=vanilla,resformer,svformer,neutreno&seeds=1,2,3&steps=200&warmupSteps=20&v=1',
		reach: trained,
	},
	{
		name: 'runs sorted, renamed, hidden and removed',
		hash: '#methods=vanilla,resformer,svformer,neutreno&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await button(page, 'Validation').click();
			await button(page, 'SVFormer, seed 1: rename').click();
			await page.locator('.name-editor').fill('One value for all layers, as the paper has it');
			await page.keyboard.press('Enter');
			await page.getByRole('checkbox', { name: 'Show Vanilla, seed 1 in charts and maps' }).uncheck();
			await button(page, 'NeuTRENO, seed 1: rename').focus();
			await page.keyboard.press('Escape');
			await page.keyboard.press('Delete');
			await page.locator('.undo-bar', { hasText: 'NeuTRENO was removed' }).waitFor();
		},
	},
	{
		name: 'a run’s menu',
		hash: '#seeds=1,2&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await button(page, 'More about ResFormer identity, seed 1').click();
			await page.getByRole('menuitem', { name: 'Fork' }).waitFor();
		},
	},
	{
		name: 'forking',
		hash: '#seeds=1,2&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await chooseOf(page, 'ResFormer identity', 'Fork');
			await page.locator('dialog[data-modal]').waitFor();
			await page.getByLabel('Steps').last().fill('50');
			await page.locator('dialog[data-modal]').getByRole('alert').waitFor();
		},
	},
	{
		name: 'a fork beside its run, and runs that wait',
		hash: '#steps=2000&v=1',
		async reach(page) {
			await train(page);
			await step(page, 240);
			await button(page, 'Pause').click();
			await button(page, 'Resume').waitFor();
			await chooseOf(page, 'Vanilla', 'Fork');
			await page
				.locator('dialog[data-modal]')
				.getByLabel(/^Method/)
				.selectOption('svformer');
			await button(page, /^Fork at step/).click();
			await page.locator('.runs', { hasText: 'Vanilla with SVFormer from step' }).waitFor();
		},
	},
	{
		name: 'a sweep while it trains, with a run chosen',
		hash: `${SWEPT}&sweep=sequenceLength~batchSize/32~32/64~16/128~8&v=1`,
		async reach(page) {
			await train(page);
			await page.getByText(/^6 of 18 runs finished|^18 runs, all finished/).waitFor();
			await page.getByRole('checkbox', { name: 'minus Vanilla’s' }).check();
			await page.locator('.sweep-chart').focus();
			await page.keyboard.press('End');
			await page.locator('.sweep .reading').waitFor();
		},
	},
	{
		name: 'a sweep as a table, with one run’s curves',
		hash: `${SWEPT}&sweep=sequenceLength~batchSize/32~32/64~16/128~8&v=1`,
		async reach(page) {
			await train(page);
			await page.getByText('18 runs, all finished', { exact: true }).waitFor();
			await page.locator('.sweep').getByText('Table', { exact: true }).click();
			await button(page, 'Curves of SVFormer, seed 2, point 2').click();
			await page.getByText(/^Curves below/).waitFor();
		},
	},
	{
		name: 'a sweep of two fields as a heat map',
		hash: `${SWEPT}&sweep=learningRate~layers/0.001~2/0.001~3/0.002~2/0.002~3&v=1`,
		async reach(page) {
			await train(page);
			await page.getByText('24 runs, all finished', { exact: true }).waitFor();
			await page.locator('.sweep').getByText('Heat map', { exact: true }).click();
			await page.locator('.heat-cell').first().waitFor();
		},
	},
	{
		name: 'building a sweep, with a value refused',
		hash: SHORT,
		async reach(page) {
			await page.getByRole('group', { name: 'Model', exact: true }).locator('summary').first().click();
			await button(page, 'Sweep Sequence length').click();
			await page.locator('dialog[data-modal]').waitFor();
			await page.getByLabel('Add values of Sequence length').fill('32, 48, 128');
			await page.locator('dialog').getByRole('button', { name: 'Add', exact: true }).click();
			await page.locator('dialog [role=alert]').waitFor();
		},
	},
	{ name: '1 layer × 1 head', hash: '#layers=1&heads=1&steps=100&warmupSteps=10&v=1', reach: trained },
	{ name: '8 × 8', hash: '#layers=8&heads=8&steps=100&warmupSteps=10&probeEvery=100&v=1', reach: trained },
	{
		name: 'interventions',
		hash: '#task=backcopy&layers=2&heads=2&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await button(page, /^Mask/).click();
			await button(page, 'Reset all').and(page.locator(':enabled')).waitFor();
		},
	},
	{
		name: 'a map enlarged',
		hash: SHORT,
		async reach(page) {
			await trained(page);
			await open(page, 'button[aria-label^=Enlarge]');
		},
	},
	{ name: 'help', hash: '', reach: (page) => open(page, 'button[aria-label^=Help]') },
	{
		name: 'check of the GPU',
		hash: '',
		async reach(page) {
			await open(page, '.adapter');
			await button(page, 'Check my GPU').click();
			await page.locator('dialog', { hasText: '1 op of 9 out of tolerance' }).waitFor();
		},
	},
	{
		name: 'where a step’s time goes',
		hash: SHORT,
		async reach(page) {
			await open(page, '.adapter');
			await button(page, 'Where a step’s time goes').last().click();
			await page.locator('dialog[data-modal]', { hasText: 'Measure' }).waitFor();
			await page.getByLabel('Find the fastest tiles first').check();
			await button(page, 'Measure').click();
			await page.locator('.step-sentence').waitFor();
		},
	},
	{
		name: 'a step’s time, with the GPU lost meanwhile',
		hash: '#seeds=13&v=1',
		async reach(page) {
			await open(page, '.adapter');
			await button(page, 'Where a step’s time goes').last().click();
			await button(page, 'Measure').click();
			await page.locator('dialog [role=alert]', { hasText: 'could not be measured' }).waitFor();
		},
	},
];

describe('the page', () => {
	let server: ViteDevServer;
	beforeAll(async () => {
		server = await serveFake(0);
	});
	afterAll(() => server.close());

	it('is checked by functions that detect a fault', async () => {
		const { page, close } = await openPage({ width: 1440, height: 900, address: server.resolvedUrls?.local[0] });
		await page.addStyleTag({
			content: `.spring { flex: none; width: 2000px } .transport .loud { width: 20px; min-width: 0; flex: none; overflow: hidden }
				.sentence { margin-top: -1.4em } .title { overflow: hidden; width: 30px } .table-scroll { max-height: 30px }`,
		});
		const findings = await page.evaluate(layoutFindings);
		for (const fault of ['wider than the window', "“Train” don't fit", 'overlap by', '“ResFormer Lab” is cut off', 'no room for a row'])
			expect(findings, fault).toContainEqual(expect.stringContaining(fault));
		await close();
	});

	it.each(STATES)('$name', async ({ name, hash, reach, before }) => {
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address: server.resolvedUrls?.local[0] + hash, before });
		// Axe takes seconds: it reads every other state in the dark.
		const axeIn = STATES.findIndex((state) => state.name === name) % 2 ? 'dark' : 'light';
		await reach(page);
		for (const [width, height, colorScheme] of LOOKS) {
			const where = `${name}, ${width} px, ${colorScheme}`;
			await page.setViewportSize({ width, height });
			await page.emulateMedia({ colorScheme });
			// Sizes are observed, then drawn: two frames later the page is at rest.
			await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
			expect(await page.evaluate(layoutFindings), where).toEqual([]);
			if (width === 1440 && colorScheme === axeIn) expect(await seriousFindings(page), where).toEqual([]);
			if (process.env.SHOTS) {
				mkdirSync(process.env.SHOTS, { recursive: true });
				// Maps are painted a few milliseconds a frame: an image is for eyes, and may wait for the last of them.
				await page.waitForTimeout(600);
				await page.screenshot({ path: join(process.env.SHOTS, `${name.replaceAll(' ', '-')}-${width}-${colorScheme}.png`) });
			}
		}
		expect(errors).toEqual([]);
		await close();
	});
});
