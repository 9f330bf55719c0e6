import { expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { ENDLESS, expectRecovery, killTwice, lostNotice, straightLosses } from '../support/gpuTroubles';
import { spyOnWorker } from '../support/spy';
import { button, waitForStep } from '../support/userJourneys';

it('a training outlasts the two minutes in which Chromium gives pages no adapter after two losses', async () => {
	const straight = await straightLosses();
	const { page, close } = await openPage({ ...ENDLESS, before: spyOnWorker, ownBrowser: [] });
	await button(page, 'Train').click();
	await waitForStep(page, 20);
	await killTwice(page);
	await lostNotice(page).filter({ hasText: 'found no GPU adapter' }).waitFor();
	expect(await button(page, 'Resume').count()).toBe(1);
	await expectRecovery(page, straight, 240_000);
	expect(await page.locator('.notice.error').count()).toBe(0);
	await close();
});
