import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { countOf, eventsOf, lossesByRun, spyOnFragileWorker, spyOnWorker, tellWorker, waitForEvents } from '../support/spy';

const TINY = 'layers=2&heads=2&hiddenSize=16&intermediateSize=16&batchSize=2&sequenceLength=16&validateEvery=0&validationBatches=1';

describe('the controls', () => {
	it('step, pause, resume and reset work, and the counter follows', async () => {
		const address = `#${TINY}&methods=vanilla,svformer&steps=100000&v=1`;
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address, before: spyOnWorker });
		const button = (name: string) => page.locator('.transport').getByRole('button', { name, exact: true });
		const counter = page.locator('.step-counter');
		const state = (words: string) => page.locator('.progress-words', { hasText: words }).waitFor();

		await button('Step').click();
		await counter.filter({ hasText: 'Step 1 of 100,000' }).waitFor();
		await state('Paused');
		await button('Step').click();
		await counter.filter({ hasText: 'Step 2 of 100,000' }).waitFor();
		await state('Paused');
		expect([...(await lossesByRun(page)).values()].map((steps) => steps.length)).toEqual([2, 2]);

		await button('Resume').click();
		await state('tokens/s');
		await button('Pause').click();
		await state('Paused');
		const done = [...(await lossesByRun(page)).values()].map((steps) => steps.length);
		expect(Math.min(...done)).toBeGreaterThan(2);
		expect(Math.abs(done[0] - done[1]), 'runs are interleaved').toBeLessThanOrEqual(1);

		// While paused, the worker sends nothing but the requested step of each run.
		const events = await countOf(page, 'steps');
		await button('Step').click();
		await waitForEvents(page, 'steps', events + done.length);
		await state('Paused');
		expect([...(await lossesByRun(page)).values()].map((steps) => steps.length)).toEqual(done.map((steps) => steps + 1));

		await button('Reset').click();
		await page.locator('.runs tbody', { hasText: 'will be listed here' }).waitFor();
		expect(await counter.count()).toBe(0);
		expect(await page.locator('.thumb').count()).toBe(0);
		expect(errors).toEqual([]);
		await close();
	});

	it('a run whose loss is NaN stops alone, and is named with its step', async () => {
		// λ = 100 overflows some steps before vanilla does, as the weight decay lets all weights grow by a third a step.
		const address = `#${TINY}&methods=vanilla,resformer:constant(100;100)&steps=104&warmupSteps=0&schedule=constant&learningRate=1&weightDecay=2.3&clip=0&v=1`;
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address, before: spyOnWorker });
		await page.getByRole('button', { name: 'Train' }).click();
		await waitForEvents(page, 'finished');
		const [{ run, step }, ...others] = await eventsOf(page, 'diverged');
		expect(others).toEqual([]);
		expect(run).toContain('resformer');
		expect((await eventsOf(page, 'finished')).map((event) => [event.run.split('#')[0], event.steps])).toEqual([['vanilla', 104]]);
		await page.locator('.notice', { hasText: `stopped at step ${step}` }).waitFor();
		await page.locator('.runs tbody tr:nth-child(1)', { hasText: 'finished' }).waitFor();
		await page.locator('.runs tbody tr:nth-child(2)', { hasText: `stopped at step ${step}` }).waitFor();
		expect(errors).toEqual([]);
		await close();
	});

	it('a lost GPU is reported, and training continues from the last checkpoint with the same numbers', async () => {
		const address = `#${TINY}&methods=vanilla,svformer&steps=300&v=1`;
		const { page, close } = await openPage({ width: 1440, height: 900, address, before: spyOnFragileWorker, blobWorkers: true });
		const step = page.locator('.transport').getByRole('button', { name: 'Step', exact: true });
		for (const done of [1, 2, 3]) {
			await step.click();
			await page.locator('.step-counter', { hasText: `Step ${done} of 300` }).waitFor();
		}
		// Checkpoints are taken by the clock: one is due with the next step.
		await tellWorker(page, 'skip');
		const said = (await eventsOf(page, 'steps')).length;
		await page.getByRole('button', { name: 'Resume' }).click();
		await waitForEvents(page, 'steps', said + 2);
		await tellWorker(page, 'loseDevice');
		await waitForEvents(page, 'resumed');
		await waitForEvents(page, 'finished', 2);

		const [{ steps: resumed }] = await eventsOf(page, 'resumed');
		expect(Object.values(resumed).every((from) => from >= 3 && from < 300)).toBe(true);
		for (const steps of (await lossesByRun(page)).values()) {
			expect(steps).toHaveLength(300);
			expect(
				steps.some((losses) => losses.length === 2),
				'steps after the checkpoint come again',
			).toBe(true);
			for (const losses of steps) expect(new Set(losses).size).toBe(1);
		}
		await page.locator('.notice', { hasText: 'The GPU was lost and is back' }).waitFor();
		await page.locator('.runs tbody tr:nth-child(2)', { hasText: 'finished' }).waitFor();
		await close();
	});
});
