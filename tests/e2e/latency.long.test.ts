import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openPage } from '../support/browser';
import { eventsOf, spyOnWorker, waitForEvents } from '../support/spy';
import { mainThreadTasks } from './tasks';

/** Layers 2, hidden 64: what the latency is promised for. Trains for as long as the clicks take. */
const TRAINING = '#layers=2&hiddenSize=64&batchSize=4&sequenceLength=32&steps=100000&warmupSteps=5&validateEvery=100&probeEvery=20&v=1';

const CLICKS = 50;
const percentile95 = (times: number[]) => times.toSorted((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1];

/**
 * Clicks a control again and again while the GPU works; each time, how long it takes until the page has changed and
 * drawn the change. With two selectors, the first that is there is clicked: a dialog opens and closes.
 */
function clicks(page: Page, ...selectors: string[]): Promise<number[]> {
	return page.evaluate(
		async ([count, wanted]) => {
			const times: number[] = [];
			for (let i = 0; i < count; i++) {
				const element = wanted.map((selector) => document.querySelector<HTMLElement>(selector)).find(Boolean);
				if (!element) throw new Error(`nothing to click: ${wanted}`);
				let changed = false;
				const observer = new MutationObserver(() => {
					changed = true;
				});
				observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
				const start = performance.now();
				element.click();
				if (element instanceof HTMLInputElement) changed = true;
				do await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
				while (!changed);
				times.push(performance.now() - start);
				observer.disconnect();
				await new Promise((resolve) => setTimeout(resolve, 30));
			}
			return times;
		},
		[CLICKS, selectors] as const,
	);
}

describe('while a small model trains', () => {
	let open: OpenPage;
	let tasks: number[];
	beforeAll(async () => {
		open = await openPage({ width: 1440, height: 900, address: TRAINING, before: spyOnWorker });
		// The chart's script is fetched while the page rests.
		await open.page.locator('.loss-chart').waitFor();
		tasks = await mainThreadTasks(open.page, async () => {
			await open.page.getByRole('button', { name: 'Train' }).click();
			await waitForEvents(open.page, 'steps');
		});
	});
	afterAll(() => open.close());

	it.each([
		['the theme', ['button[aria-label^="Theme"]']],
		['the steps’ scale', ['.loss .popover-box input[type=checkbox]', '.loss .popover button']],
		['a method', ['.method:nth-of-type(4) input']],
		['an attention map', ['dialog .close', '.enlarge']],
	])('a click on %s changes the page within 100 ms, 95 times of 100', async (_, selectors) => {
		const times = await clicks(open.page, ...selectors);
		expect(percentile95(times), `all 50, ms: ${times.map(Math.round)}`).toBeLessThan(100);
	});

	it('no task of the page blocks the main thread for 50 ms, neither when the runs appear nor when steps arrive', async () => {
		const { length } = await eventsOf(open.page, 'steps');
		const later = await mainThreadTasks(open.page, () => waitForEvents(open.page, 'steps', length + 20));
		expect(later.length).toBeGreaterThan(20);
		expect(tasks[0]).toBeLessThan(50);
		expect(later[0]).toBeLessThan(50);
	});

	it('continues training meanwhile, without an error', async () => {
		const before = await open.page.locator('.step-counter').textContent();
		await open.page.waitForFunction((text) => document.querySelector<HTMLElement>('.step-counter')?.textContent !== text, before);
		expect(open.errors).toEqual([]);
	});
});
