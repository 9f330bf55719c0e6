/** Trainings survive a reload of the page, in Chromium's own storage. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Results, RunResult } from '../../src/experiment/results';
import { openPage } from '../support/browser';
import { eventsOf, lossesByRun, spyOnFragileWorker, tellWorker, waitForEvents } from '../support/spy';
import { userOf } from '../support/user';
import { button, chooseOf, columnOf, lockFirstKey, stepNow, waitForStep } from '../support/userJourneys';

const MODEL =
	'#task=backcopy&layers=2&heads=2&hiddenSize=32&intermediateSize=48&sequenceLength=16&batchSize=4&warmupSteps=5&learningRate=0.01&schedule=constant&validateEvery=20&validationBatches=1&probeEvery=20&v=1';
const TWO = `${MODEL}&methods=vanilla,resformer&steps=240`;
const ONE = `${MODEL}&methods=vanilla&steps=100000`;

const open = (address: string) => openPage({ width: 1440, height: 900, address, before: spyOnFragileWorker, blobWorkers: true });

/** Every run's last stored step; a run that was never stored is missing. */
async function storedSteps(page: Page): Promise<Record<string, number>> {
	return Object.fromEntries((await eventsOf(page, 'stored')).map(({ run, weights }) => [run, weights.step]));
}

/** Lets the worker take checkpoints, and waits until those of so many runs are stored at `least` steps or more. */
async function store(page: Page, runs: number, least = 1): Promise<void> {
	await tellWorker(page, 'skip');
	await expect
		.poll(async () => Object.values(await storedSteps(page)).filter((step) => step >= least).length, { timeout: 60_000 })
		.toBeGreaterThanOrEqual(runs);
	await recorded(page);
}

/** Waits until the page's database names the files that the worker wrote last. */
async function recorded(page: Page): Promise<void> {
	const last = new Map((await eventsOf(page, 'stored')).map(({ run, weights }) => [run, weights.step]));
	await expect
		.poll(async () => (await rowsOf(page)).filter(({ id, step }) => step >= (last.get(id) ?? 0)).length)
		.toBeGreaterThanOrEqual(last.size);
}

/** The runs of all stored trainings, as the database has them. */
function rowsOf(page: Page): Promise<{ training: string; id: string; step: number }[]> {
	return page.evaluate(
		() =>
			new Promise<{ training: string; id: string; step: number }[]>((resolve, reject) => {
				const request = indexedDB.open('resformer-lab-trainings');
				request.onerror = () => reject(request.error);
				request.onsuccess = () => {
					const all = request.result.transaction('runs').objectStore('runs').getAll();
					all.onerror = () => reject(all.error);
					all.onsuccess = () => {
						request.result.close();
						resolve(all.result.map(({ training, id, weights }) => ({ training, id, step: weights?.step ?? 0 })));
					};
				};
			}),
	);
}

/** The runs by id, with everything that does not depend on the machine's speed. */
async function everything(page: Page): Promise<Map<string, Partial<RunResult>>> {
	await button(page, 'Export').click();
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('menuitem', { name: 'Everything as JSON', exact: true }).click(),
	]);
	const { runs } = JSON.parse(await readFile(await download.path(), 'utf8')) as Results;
	return new Map(
		runs.map(({ tokensPerSecond: _, gpuBytes: __, losses: { seconds: ___, ...losses }, ...run }) => [
			run.id,
			{ ...run, losses } as Partial<RunResult>,
		]),
	);
}

/** Two runs at step 5, one of them with another λ and a name, and a fork of the other. All are paused. */
async function prepare(page: Page): Promise<void> {
	const user = userOf(page, 'mouse');
	const paused = page.locator('.progress-words', { hasText: 'Paused' });
	for (let step = 1; step <= 5; step++) {
		await page.getByTitle('One step of every run').click();
		await waitForStep(page, step);
		await paused.waitFor();
	}
	const column = await columnOf(page, user, 'ResFormer identity');
	await lockFirstKey(page, user, column);
	await page.getByRole('slider', { name: 'layer 2 λ₁', exact: true }).fill('1.25');
	await button(page, 'Continue training with these λ').click();
	await page.locator('.runs tbody tr', { hasText: 'λ₁ 1.25 from step 5' }).waitFor();
	await chooseOf(page, user, 'Vanilla, seed 1', 'Fork');
	const dialog = page.locator('dialog[data-modal]');
	await dialog.getByLabel('Change').selectOption({ label: 'Learning rate' });
	await dialog.getByRole('textbox', { name: 'Learning rate' }).fill('0.004');
	await dialog.getByRole('button', { name: 'Fork at step 5' }).click();
	await page.locator('.runs tbody tr', { hasText: 'learning rate 0.004 from step 5' }).waitFor();
	await button(page, 'Vanilla, seed 1: rename').click();
	await page.locator('.name-editor').fill('Mine');
	await page.keyboard.press('Enter');
	await page.locator('.runs', { hasText: 'Mine' }).waitFor();
}

const finished = (page: Page) => button(page, 'Train again').waitFor({ timeout: 150_000 });

const offer = (page: Page) => page.locator('.notice', { hasText: 'A training of yours is stored' });

/** Reloads the page and continues the training that it offers. */
async function reload(page: Page, label: 'Continue' | 'Open' = 'Continue'): Promise<void> {
	await page.reload();
	await offer(page).getByRole('button', { name: label, exact: true }).click();
}

describe('a training', () => {
	it('continues after reloads with the losses, probes and names of one that was never stopped', async () => {
		const whole = await open(TWO);
		await prepare(whole.page);
		await button(whole.page, 'Resume').click();
		await finished(whole.page);
		const expected = await everything(whole.page);
		expect(expected.size).toBe(3);
		await whole.close();

		const { page, errors, close } = await open(TWO);
		await prepare(page);
		await button(page, 'Resume').click();
		await waitForStep(page, 40);
		await store(page, 3, 20);
		const stored = await storedSteps(page);
		await reload(page);
		await waitForEvents(page, 'steps', 3);
		// Each run takes its first step from where it was stored.
		for (const [run, losses] of await lossesByRun(page))
			expect(
				losses.findIndex((at) => at !== undefined),
				run,
			).toBe(stored[run]);
		await page.locator('.runs', { hasText: 'Mine' }).waitFor();

		await waitForStep(page, 110);
		await button(page, 'Pause').click();
		await page.locator('.progress-words', { hasText: 'Paused' }).waitFor();
		const at = await stepNow(page);
		// A pause stores every run at its present step.
		await expect.poll(async () => Object.values(await storedSteps(page)).filter((step) => step >= at).length).toBe(3);
		await recorded(page);
		await reload(page);
		await finished(page);
		expect(await everything(page)).toEqual(expected);

		await expect.poll(async () => Object.values(await storedSteps(page))).toEqual([240, 240, 240]);
		await recorded(page);
		await reload(page, 'Open');
		await finished(page);
		expect(await everything(page)).toEqual(expected);
		expect(await eventsOf(page, 'steps'), 'a finished training takes no step').toEqual([]);
		expect(errors).toEqual([]);
		await close();
	}, 600_000);

	it('is evicted, the oldest first, if there is no room; then the page says that the present one is not stored', async () => {
		const { page, errors, close } = await open(ONE);
		const dialog = page.locator('dialog[data-modal]');
		await button(page, 'Train').click();
		await waitForStep(page, 5);
		await store(page, 1);
		const [first] = await rowsOf(page);
		await button(page, 'Pause').click();
		await button(page, 'Resume').waitFor();
		await page.reload();
		await offer(page).waitFor();
		await button(page, 'Train').click();
		await waitForStep(page, 5);
		await store(page, 1);
		const good = (await rowsOf(page)).filter(({ training }) => training !== first.training);
		expect(good).toHaveLength(1);

		await tellWorker(page, 'fill');
		await tellWorker(page, 'skip');
		await page.locator('.notice', { hasText: 'the oldest stored training was deleted' }).waitFor();
		const full = page.locator('.notice', { hasText: 'storage is full: this training is no longer stored' });
		await full.waitFor();
		// The last state that could be written is still there.
		expect(await rowsOf(page)).toEqual(good);

		await tellWorker(page, 'empty');
		await full.getByRole('button', { name: 'Stored trainings' }).click();
		await dialog.getByText('1 training stored in this browser').waitFor();
		await dialog.getByRole('button', { name: 'Clear all' }).click();
		await full.waitFor({ state: 'detached' });
		await store(page, 1, good[0].step + 1);
		await reload(page);
		await waitForEvents(page, 'steps');
		expect(errors).toEqual([]);
		await close();
	}, 300_000);

	it('belongs to the tab that trains it: another tab neither continues nor deletes it', async () => {
		const { page, close } = await open(ONE);
		await button(page, 'Train').click();
		await waitForStep(page, 5);
		await store(page, 1);
		await button(page, 'Pause').click();
		await button(page, 'Resume').waitFor();

		const other = await page.context().newPage();
		await other.goto(page.url());
		await other.locator('.notice', { hasText: '1 stored training is open in another tab' }).waitFor();
		expect(await offer(other).count()).toBe(0);
		await other.getByRole('button', { name: 'Stored trainings' }).click();
		const dialog = other.locator('dialog[data-modal]');
		await dialog.getByText('It is open in another tab.').waitFor();
		expect(await dialog.getByRole('button', { name: /^(Continue|Delete)/ }).count()).toBe(0);
		await dialog.getByRole('button', { name: 'Clear all' }).click();
		await dialog.getByText('1 training stored').waitFor();
		expect(await rowsOf(other)).toHaveLength(1);
		await page.close();

		// The tab is gone, and the other may have it.
		await other.reload();
		await offer(other).getByRole('button', { name: 'Open paused' }).click();
		await button(other, 'Resume').waitFor();
		const step = await stepNow(other);
		await button(other, 'Resume').click();
		await waitForStep(other, step + 1);
		await button(other, 'Reset').click();
		await expect.poll(() => rowsOf(other), { message: 'a reset deletes it' }).toEqual([]);
		await close();
	}, 300_000);

	it('asks before the page closes until it is stored', async () => {
		const { page, close } = await open(ONE);
		const asked: string[] = [];
		page.on('dialog', (dialog) => {
			asked.push(dialog.type());
			void dialog.dismiss();
		});
		await tellWorker(page, 'hold');
		await button(page, 'Train').click();
		await waitForStep(page, 2);
		await page.evaluate(() => location.reload());
		await expect.poll(() => asked, { timeout: 10_000 }).toEqual(['beforeunload']);
		const step = await stepNow(page);
		await waitForStep(page, step + 1);
		await tellWorker(page, 'empty');
		await store(page, 1);
		await page.reload();
		expect(asked).toHaveLength(1);
		await offer(page).waitFor();
		await close();
	}, 300_000);
});
