/** The attention explorer and the interventions on the real engine: the page shows the numbers of a forward pass. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { eventsOf, forwardPassesOf, spyOnWorker, waitForEvents } from '../support/spy';
import { seriousFindings } from './axe';

const SMALL =
	'#methods=vanilla,resformer&layers=2&heads=2&hiddenSize=16&intermediateSize=32&batchSize=2&sequenceLength=24&steps=100000&validateEvery=0&validationBatches=1&probeEvery=4&v=1';

const outcome = (page: Page) => page.locator('.outcome').textContent();
const looked = async (page: Page) => (await forwardPassesOf(page)).at(-1);
/** Does something that requests a forward pass, and waits for its answer. */
const answered = async (page: Page, act: () => Promise<unknown>) => {
	const before = (await eventsOf(page, 'answer')).length;
	await act();
	await waitForEvents(page, 'answer', before + 1);
	await page.locator('.interventions[aria-busy=false]').waitFor();
};

describe('the attention explorer', () => {
	it('scrubs, masks, changes λ, switches heads off and reads a text, by keyboard, and resets all of it to the last bit', async () => {
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address: SMALL, before: spyOnWorker });
		const button = (name: string) => page.getByRole('button', { name, exact: true });
		await button('Train').click();
		await waitForEvents(page, 'frame', 8);
		await button('Pause').click();
		await button('Resume').waitFor();
		await page.locator('.outcome').waitFor();

		await page.keyboard.press('[');
		await page.locator('.interventions', { hasText: 'work at the latest step' }).waitFor();
		await page.keyboard.press(']');
		await page.getByRole('region', { name: 'Attention of ResFormer identity' }).locator('.large-map').focus();
		await answered(page, () => page.keyboard.press('End'));
		const first = await looked(page);
		expect(first).toMatchObject({ run: expect.stringContaining('resformer'), intervened: null });
		const untouched = await outcome(page);

		await page.keyboard.press('Home');
		await answered(page, () => page.keyboard.press('m'));
		const masked = await looked(page);
		expect(masked?.intervened?.loss).not.toBe(first?.baseline.loss);
		expect(await page.locator('.focused .column-value').textContent()).toMatch(/^0\.\d{3} → 0$/);
		expect(await outcome(page)).toContain(masked?.intervened?.loss.toFixed(3));
		await answered(page, () => page.keyboard.press('o'));
		expect(await page.locator('.focused .head-on input').isChecked()).toBe(false);
		expect(await seriousFindings(page)).toEqual([]);

		await answered(page, () => button('Reset all').click());
		const back = await looked(page);
		expect(back?.intervened).toBeNull();
		expect(Array.from(back?.baseline.logits ?? [])).toEqual(Array.from(first?.baseline.logits ?? [0]));
		expect(await outcome(page)).toBe(untouched);

		await page.locator('#probe-text').fill('the whale µ');
		await page.keyboard.press('Enter');
		await page.locator('.probe-text [role=alert]', { hasText: 'µ' }).waitFor();
		await page.locator('#probe-text').fill('the whale');
		await answered(page, () => page.keyboard.press('Enter'));
		expect((await looked(page))?.baseline.frame.tokens.slice(-5).join('')).toBe('whale');
		await answered(page, () => button('Task’s own').click());

		await answered(page, () => page.getByLabel('layer 2 λ₁ as a number').fill('1.25'));
		await answered(page, () => button('Continue training with these λ').click());
		const runs = (await eventsOf(page, 'runs')).at(-1)?.runs;
		expect(runs?.flatMap((run) => run.lambdaEdits.flatMap(({ lambdas }) => lambdas))).toEqual([
			{ layer: 1, index: 0, value: 1.25, label: 'λ₁' },
		]);
		expect(await page.getByLabel('layer 2 λ₁ as a number').inputValue()).toBe('1.25');
		expect(errors).toEqual([]);
		await close();
	});
});
