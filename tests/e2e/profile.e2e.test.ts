/** Where a step's time goes, in a real Chromium, while a small experiment trains. */
import '../support/float16';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { decodeLink } from '../../src/experiment/link';
import type { StepReport } from '../../src/experiment/records/stepReport';
import { openPage } from '../support/browser';
import { eventsOf, lossesByRun, spyOnWorker } from '../support/spy';
import { expectMeasuredStep } from '../support/stepReport';
import { button, stepNow, waitForStep } from '../support/userJourneys';
import { seriousFindings } from './axe';

const ADDRESS =
	'#task=copy&layers=2&heads=2&hiddenSize=16&intermediateSize=16&batchSize=2&sequenceLength=16&validateEvery=0&validationBatches=1&methods=vanilla,svformer&steps=100000&v=1';
/** Steps whose losses are compared, before and after the measurement. */
const STEPS = 60;

/** Trains, calls `meanwhile` after some steps, and returns the losses of the first `STEPS` of each run. */
async function lossesWith(meanwhile: (page: Awaited<ReturnType<typeof openPage>>['page']) => Promise<void>) {
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: ADDRESS, before: spyOnWorker });
	await button(page, 'Train').click();
	await waitForStep(page, 5);
	await meanwhile(page);
	await waitForStep(page, Math.max(STEPS, (await stepNow(page)) + 20));
	await button(page, 'Pause').click();
	await button(page, 'Resume').waitFor();
	const losses = [...(await lossesByRun(page))].map(([run, steps]) => [run, steps.slice(0, STEPS).map((each) => each.join())]);
	expect(errors).toEqual([]);
	await close();
	return losses;
}

const reportsOf = async (page: Parameters<typeof eventsOf>[0]): Promise<StepReport[]> =>
	(await eventsOf(page, 'answer')).flatMap((event) => (event.request === 'profile' && event.answer ? [event.answer] : []));

it('is measured while runs train, is saved, and changes none of their losses', async () => {
	const measured = await lossesWith(async (page) => {
		await button(page, 'Where a step’s time goes').click();
		const dialog = page.getByRole('dialog', { name: 'Where a step’s time goes' });
		await dialog.getByRole('button', { name: 'Measure' }).click();
		await dialog.getByText(/^A step of Vanilla takes .* ms: .* products/).waitFor({ timeout: 120_000 });
		const [report] = await reportsOf(page);
		expectMeasuredStep(report, decodeLink(ADDRESS).experiment);
		expect(await dialog.locator('.kernels tbody tr').count()).toBe(report.times.kernels.length);
		expect(await seriousFindings(page)).toEqual([]);
		const saved = async (name: string) => {
			await dialog.getByRole('button', { name: /^Save “Where a step’s time goes in Vanilla”/ }).click();
			const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name, exact: true }).click()]);
			return readFile(await download.path(), 'utf8');
		};
		const json = JSON.parse(await saved('Save as JSON'));
		expect([json.cost, json.times]).toEqual([report.cost, report.times]);
		const csv = (await saved('Save as CSV')).trimEnd().split('\r\n');
		expect(csv).toHaveLength(report.times.kernels.length + 1);
		expect(csv[0]).toContain('time per step (µs)');
		expect(await saved('Save as SVG')).toContain(report.times.kernels[0].kernel);
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });
	});
	expect(measured).toEqual(await lossesWith(async () => {}));
}, 300_000);

it('is cancelled by closing, and training continues', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: ADDRESS, before: spyOnWorker });
	await button(page, 'Train').click();
	await waitForStep(page, 5);
	await button(page, 'Where a step’s time goes').click();
	const dialog = page.getByRole('dialog', { name: 'Where a step’s time goes' });
	await dialog.getByRole('button', { name: 'Measure' }).click();
	await dialog.getByRole('progressbar').waitFor();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await waitForStep(page, (await stepNow(page)) + 20);
	expect(await reportsOf(page)).toEqual([]);
	expect(errors).toEqual([]);
	await close();
});
