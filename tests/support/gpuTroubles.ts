/** Trainings in a real Chromium whose GPU is taken away, compared with one that nothing interrupts. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage, type PageOptions } from './browser';
import { lossesByRun, spyOnWorker, waitForEvents } from './spy';
import { button, stepNow, waitForStep } from './userJourneys';

/** Two small runs without an end. */
export const ENDLESS = {
	width: 1440,
	height: 900,
	address:
		'#layers=2&heads=2&hiddenSize=16&intermediateSize=16&batchSize=2&sequenceLength=16&validateEvery=0&validationBatches=1&methods=vanilla,svformer&steps=100000&v=1',
} satisfies PageOptions;

/** Steps that trainings are compared in. */
const STEPS = 60;

export const lostNotice = (page: Page) => page.locator('.notice', { hasText: 'The page keeps looking for it' });

async function pause(page: Page): Promise<void> {
	await button(page, 'Pause').click();
	await page.locator('.progress-words', { hasText: 'Paused' }).waitFor();
}

/** The losses of a training that nothing interrupts, by run and step. */
export async function straightLosses(): Promise<Map<string, number[]>> {
	const { page, errors, close } = await openPage({ ...ENDLESS, before: spyOnWorker });
	await button(page, 'Train').click();
	await waitForStep(page, STEPS);
	await pause(page);
	const losses = new Map([...(await lossesByRun(page))].map(([run, steps]) => [run, steps.map(([loss]) => loss)]));
	expect(losses.size).toBe(2);
	expect(errors).toEqual([]);
	await close();
	return losses;
}

/**
 * Waits until the training takes steps again by itself and no notice says that the GPU is lost. Every step has the loss of the
 * training that nothing interrupted, each time that it was taken.
 */
export async function expectRecovery(page: Page, straight: ReadonlyMap<string, readonly number[]>, timeout: number): Promise<void> {
	await waitForEvents(page, 'resumed', 1, timeout);
	await lostNotice(page).waitFor({ state: 'detached', timeout });
	await waitForStep(page, Math.max(STEPS, (await stepNow(page)) + 5));
	await pause(page);
	const found = await lossesByRun(page);
	expect([...found.keys()].sort()).toEqual([...straight.keys()].sort());
	for (const [run, steps] of found)
		for (const [step, wanted] of (straight.get(run) ?? []).slice(0, STEPS).entries())
			expect([...new Set(steps[step])], `${run}, step ${step}`).toEqual([wanted]);
}

/** Kills the GPU process twice within ten seconds, the second time after the training has moved to a new device if that is fast. */
export async function killTwice(page: Page): Promise<void> {
	const devTools = await page.context().browser()?.newBrowserCDPSession();
	if (!devTools) throw new Error('the page has no browser');
	const start = Date.now();
	await devTools.send('Browser.crashGpuProcess');
	await waitForEvents(page, 'deviceLost');
	await waitForEvents(page, 'resumed', 1, 7000).catch(() => {});
	await devTools.send('Browser.crashGpuProcess');
	expect(Date.now() - start).toBeLessThan(10_000);
}
