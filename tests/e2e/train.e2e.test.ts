import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { eventsOf, lossesByRun, spyOnWorker, waitForEvents } from '../support/spy';
import { seriousFindings } from './axe';

/** Small enough for a processor in a GPU's place: three methods, one seed. */
const SMALL =
	'#layers=2&heads=2&hiddenSize=32&intermediateSize=64&batchSize=4&sequenceLength=32&steps=60&warmupSteps=5&validateEvery=30&validationBatches=1&probeEvery=20&v=1';

const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;

describe('Train', () => {
	it('shows a falling loss for three methods, and causal maps whose rows sum to 1', async () => {
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address: SMALL, before: spyOnWorker });
		await page.getByRole('button', { name: 'Train' }).click();
		await waitForEvents(page, 'finished', 3);

		const runs = await lossesByRun(page);
		expect(runs.size).toBe(3);
		for (const steps of runs.values()) {
			const losses = steps.flat();
			expect(losses).toHaveLength(60);
			expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)) - 0.5);
		}

		const maps = await eventsOf(page, 'frame');
		expect(new Set(maps.map(({ frame: { run } }) => run)).size).toBe(3);
		for (const { frame: map } of maps) {
			const probabilities = Array.from(map.probabilities);
			expect(map.tokens).toHaveLength(map.length);
			for (let row = 0; row < map.layers * map.heads * map.length; row++) {
				const values = probabilities.slice(row * map.length, (row + 1) * map.length);
				expect(Math.abs(values.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-4);
				expect(values.slice((row % map.length) + 1).every((value) => value === 0)).toBe(true);
			}
		}

		// The page says what the worker said: every run at its last step, three lines, a map for each layer and head of two.
		await page.getByRole('button', { name: 'Train again' }).waitFor();
		expect(await page.locator('.step-counter').textContent()).toContain('Step 60 of 60');
		await page.locator('.runs tbody tr:nth-child(3)', { hasText: 'finished' }).waitFor();
		expect(await page.locator('.recharts-line-curve').count()).toBe(3);
		expect(await page.locator('.thumb').count(), 'two runs side by side').toBe(2 * 2 * 2);
		expect(await page.locator('.sentence').textContent()).toMatch(/^After 60 steps, the validation loss is .*one seed, so not separated/);
		expect(await seriousFindings(page)).toEqual([]);
		expect(errors).toEqual([]);
		await close();
	});
});
