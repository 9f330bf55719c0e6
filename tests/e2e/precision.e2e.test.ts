/** Half precision in a real Chromium, whose SwiftShader has no shader-f16 so far. */
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { lossesByRun, spyOnWorker, waitForEvents } from '../support/spy';
import { button } from '../support/userJourneys';

const ADDRESS =
	'#task=copy&methods=vanilla&layers=2&heads=2&hiddenSize=16&intermediateSize=16&sequenceLength=16&batchSize=2&precision=float16&steps=5&validateEvery=0&validationBatches=1&v=1';

it('a link with float16 trains with it, or says why this GPU cannot', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: ADDRESS, before: spyOnWorker });
	await waitForEvents(page, 'adapter');
	const precision = page.getByLabel('Precision', { exact: true });
	const refusal = page.locator('.cost.error li');
	expect(await precision.inputValue()).toBe('float16');
	expect(await page.evaluate(() => location.hash)).toBe(ADDRESS);
	const trained = async () => {
		await button(page, 'Train').click();
		await waitForEvents(page, 'finished');
		const [losses] = (await lossesByRun(page)).values();
		expect(losses.flat().filter(Number.isFinite)).toHaveLength(5);
	};
	if (await page.evaluate(async () => (await navigator.gpu.requestAdapter())?.features.has('shader-f16'))) await trained();
	else {
		const reason = /^Precision float16 needs shader-f16, which .* does not have: choose float32/;
		await refusal.filter({ hasText: reason }).waitFor();
		expect(await refusal.count()).toBe(1);
		expect(await button(page, 'Train').isDisabled()).toBe(true);
		// The folded groups around the field are open.
		await precision.selectOption('float32');
		await refusal.waitFor({ state: 'detached' });
		await precision.selectOption('float16');
		await refusal.filter({ hasText: reason }).waitFor();
		await precision.selectOption('float32');
		await refusal.waitFor({ state: 'detached' });
		await trained();
		expect(await page.evaluate(() => location.hash)).not.toContain('precision');
	}
	expect(errors).toEqual([]);
	await close();
});
