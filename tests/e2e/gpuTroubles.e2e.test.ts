/** A real Chromium whose GPU process is killed, whose adapter disappears, or whose GPU refuses buffers and commands. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { ENDLESS, expectRecovery, killTwice, lostNotice, straightLosses } from '../support/gpuTroubles';
import { countOf, spyOnFragileWorker, spyOnWorker, tellWorker, waitForEvents } from '../support/spy';
import { button, waitForStep } from '../support/userJourneys';

const fragile = { ...ENDLESS, before: spyOnFragileWorker, blobWorkers: true };

describe('a training', () => {
	let straight: Map<string, number[]>;
	beforeAll(async () => {
		straight = await straightLosses();
	});

	it('continues by itself with the same losses when the GPU process is killed twice within ten seconds', async () => {
		// Without the flag, Chromium gives pages no adapter for two minutes: tests/e2e/gpuProcess.long.test.ts.
		const { page, close } = await openPage({ ...ENDLESS, before: spyOnWorker, ownBrowser: ['--disable-domain-blocking-for-3d-apis'] });
		await button(page, 'Train').click();
		await waitForStep(page, 20);
		await killTwice(page);
		await expectRecovery(page, straight, 100_000);
		expect(await page.locator('.notice.error').count()).toBe(0);
		await close();
	});

	it('continues by itself with the same losses when there is no adapter for a second after a loss', async () => {
		const { page, close } = await openPage(fragile);
		await button(page, 'Train').click();
		await waitForStep(page, 20);
		await tellWorker(page, 'loseAdapter');
		await lostNotice(page).filter({ hasText: 'found no GPU adapter' }).waitFor();
		await expectRecovery(page, straight, 100_000);
		expect(await page.locator('.notice.error').count()).toBe(0);
		await close();
	});

	it('whose buffers are refused shows the reason and no number, and trains once they are not', async () => {
		const { page, close } = await openPage(fragile);
		await waitForEvents(page, 'adapter');
		await tellWorker(page, 'refuseBuffers');
		await button(page, 'Train').click();
		await page
			.locator('.notice.error', { hasText: /the GPU refused a command|too little memory/ })
			.first()
			.waitFor();
		expect(await countOf(page, 'steps')).toBe(0);
		expect(await countOf(page, 'metrics')).toBe(0);
		expect(await page.locator('.runs tbody').textContent()).not.toMatch(/\d\.\d{3}/);
		await tellWorker(page, 'empty');
		await button(page, /^Train/).click();
		await waitForStep(page, 5);
		await close();
	});

	it('whose command is refused stops with the reason, and Resume continues with the same losses', async () => {
		const { page, close } = await openPage(fragile);
		await button(page, 'Train').click();
		await waitForStep(page, 20);
		await tellWorker(page, 'refuseCommand');
		await page.locator('.notice.error', { hasText: 'the GPU refused a command' }).waitFor();
		await button(page, 'Resume').click();
		await expectRecovery(page, straight, 100_000);
		await close();
	});
});
