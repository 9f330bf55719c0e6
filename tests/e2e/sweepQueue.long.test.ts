/**
 * A sweep of 300 runs on the page: its memory, that of the GPU, answers to clicks while it trains, and redraws of the sweep's chart at
 * its end. `SWEEP_RUNS` sets another number of runs, for trying the test.
 */
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openPage } from '../support/browser';
import { countGpuMemory, type GpuMemory, gpuMemory } from '../support/spy';
import { mainThreadTime, medianAfter, redrawTimes, timeSession } from './redraw';

const MINUTE = 60_000;
const METHODS = ['vanilla', 'resformer', 'svformer'];
const RUNS = Number(process.env.SWEEP_RUNS ?? 300);
const rates = Array.from({ length: RUNS / METHODS.length }, (_, i) => (1e-3 + i * 1e-5).toPrecision(6));
const SWEEP = `#methods=${METHODS}&layers=2&heads=2&hiddenSize=16&intermediateSize=32&batchSize=2&sequenceLength=16&steps=20&warmupSteps=5&validateEvery=0&validationBatches=1&probeEvery=0&sweep=learningRate/${rates.join('/')}&v=1`;
/** Growth of the heap from a fifth of the runs to all of them that their losses and measurements may account for, bytes. */
const GROWTH = 6e6;

async function heap(session: CDPSession): Promise<number> {
	// Twice: finalizers of the first collection free what the second one sees.
	for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage');
	return (await session.send('Runtime.getHeapUsage')).usedSize;
}

const quantile = (times: readonly number[], share: number): number => times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1];

const finished = async (page: Page): Promise<number> =>
	Number(/(\d+) of \d+ runs finished/.exec((await page.locator('.progress-words').textContent()) ?? '')?.[1] ?? 0);

/** Time until the page has drawn the answer to a click on the theme button, ms. */
const clickTime = (page: Page): Promise<number> =>
	page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				const button = document.querySelector<HTMLButtonElement>('button[aria-label^="Theme"]');
				if (!button) throw new Error('the page has no theme button');
				const from = performance.now();
				button.click();
				requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
			}),
	);

describe(`a sweep of ${RUNS} runs`, () => {
	let open: OpenPage;
	/** After each fifth of the runs, bytes. */
	const heaps: number[] = [];
	const memories: GpuMemory[] = [];
	const clicks: number[] = [];
	/** Processor time of script, style and layout during each click, ms: its answer, and whatever it had to wait for. */
	const processor: number[] = [];

	beforeAll(async () => {
		open = await openPage({ width: 1440, height: 900, address: SWEEP, before: countGpuMemory, blobWorkers: true });
		const { page } = open;
		const session = await timeSession(page);
		await page.getByRole('button', { name: 'Train', exact: true }).click();
		const start = performance.now();
		for (const share of [0.2, 0.4, 0.6, 0.8, 1]) {
			const ended = page.getByText('Finished', { exact: true });
			while ((await finished(page)) < share * RUNS && (await ended.count()) === 0) {
				const before = await mainThreadTime(session, 'ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration');
				clicks.push(await clickTime(page));
				processor.push((await mainThreadTime(session, 'ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration')) - before);
				await page.waitForTimeout(500);
			}
			heaps.push(await heap(session));
			memories.push(await gpuMemory(page));
		}
		console.log(`${RUNS} runs in ${((performance.now() - start) / 1000).toFixed(0)} s`);
	}, 40 * MINUTE);
	afterAll(() => open.close());

	it('trains all of them without an error', async () => {
		await open.page.getByText(`${RUNS} runs, all finished`, { exact: true }).waitFor();
		expect(open.errors).toEqual([]);
	});

	it('keeps the heap flat', () => {
		console.log(`heap after each fifth, MB: ${heaps.map((size) => (size / 1e6).toFixed(1)).join(', ')}`);
		expect(heaps[4] - heaps[0]).toBeLessThan(GROWTH);
	});

	it('takes the GPU memory of the runs in training', () => {
		console.log(`GPU memory, MB: ${memories.map(({ live, peak }) => `${(live / 1e6).toFixed(2)} (at most ${(peak / 1e6).toFixed(2)})`)}`);
		// The first points need as much as any: all points have models of one size.
		for (const { peak } of memories.slice(1)) expect(peak).toBeLessThanOrEqual(memories[0].peak);
	});

	it('answers 95 of 100 clicks within 100 ms', () => {
		const [median, late] = [0.5, 0.95].map((share) => quantile(clicks, share));
		const [own, most] = [0.5, 0.95].map((share) => quantile(processor, share).toFixed(0));
		console.log(`clicks, ms: median ${median.toFixed(0)}, 95 % ${late.toFixed(0)}, ${clicks.length} clicks`);
		console.log(`script, style and layout meanwhile, ms of processor time: median ${own}, 95 % ${most}`);
		expect(clicks.length).toBeGreaterThan(20);
		expect(late).toBeLessThan(100);
	});

	it('redraws the sweep’s chart in under 50 ms of script', { timeout: MINUTE }, async () => {
		const times = await redrawTimes(open.page, open.page.getByRole('checkbox', { name: 'minus Vanilla’s' }), 24);
		const median = medianAfter(times, 8);
		console.log(`sweep chart: ${median.toFixed(1)} ms of script (the first ${times[0].toFixed(1)} ms)`);
		expect(median).toBeLessThan(50);
	});
});
