/**
 * Every state of the page, at its three widths, light and dark, with invented numbers (tests/ui/fakeWorker.ts). Checked are
 * facts that a reader would miss: nothing wider than the window, Train in view, no words over others, contrast and the
 * rest of axe's serious rules. Pixels are not compared: fonts differ from machine to machine. To look at the states
 * oneself: `SHOTS=/some/folder npx vitest run --project e2e tests/e2e/states.e2e.test.ts` saves an image of each.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { serveFakePage } from '../ui/fakePage';
import { seriousFindings } from './axe';
import { layoutFindings } from './layout';
import { PANEL_STATES } from './states/panelStates';
import { RUN_STATES } from './states/runStates';
import type { State } from './states/state';
import { TRAINING_STATES } from './states/trainingStates';

/** The widths of the three layouts; each colour scheme is seen at the widest, and at one of the others. */
const LOOKS = [
	[1440, 900, 'light'],
	[1440, 900, 'dark'],
	[1024, 768, 'light'],
	[390, 844, 'dark'],
] as const;

/** Axe alternates between light and dark along this list. */
const STATES: State[] = [...TRAINING_STATES, ...RUN_STATES, ...PANEL_STATES];

describe('the page', () => {
	let server: PreviewServer;
	beforeAll(async () => {
		server = await serveFakePage();
	});
	afterAll(() => server.close());

	it('is checked by functions that detect a fault', async () => {
		const { page, close } = await openPage({ width: 1440, height: 900, address: server.resolvedUrls?.local[0] });
		await page.addStyleTag({
			content: `.spring { flex: none; width: 2000px } .transport .loud { width: 20px; min-width: 0; flex: none; overflow: hidden }
				.sentence { margin-top: -1.4em } .title { overflow: hidden; width: 30px } .table-scroll { max-height: 30px }`,
		});
		const findings = await page.evaluate(layoutFindings);
		for (const fault of ['wider than the window', "“Train” don't fit", 'overlap by', '“ResFormer Lab” is cut off', 'no room for a row'])
			expect(findings, fault).toContainEqual(expect.stringContaining(fault));
		await close();
	});

	it.each(STATES)('$name', async ({ name, hash, reach, before }) => {
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address: server.resolvedUrls?.local[0] + hash, before });
		// Axe takes seconds: it reads every other state in the dark.
		const axeIn = STATES.findIndex((state) => state.name === name) % 2 ? 'dark' : 'light';
		await reach(page);
		for (const [width, height, colorScheme] of LOOKS) {
			const where = `${name}, ${width} px, ${colorScheme}`;
			await page.setViewportSize({ width, height });
			await page.emulateMedia({ colorScheme });
			// Sizes are observed, then drawn: two frames later the page is at rest.
			await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
			expect(await page.evaluate(layoutFindings), where).toEqual([]);
			if (width === 1440 && colorScheme === axeIn) expect(await seriousFindings(page), where).toEqual([]);
			if (process.env.SHOTS) {
				mkdirSync(process.env.SHOTS, { recursive: true });
				// Maps are painted a few milliseconds a frame: an image is for eyes, and may wait for the last of them.
				await page.waitForTimeout(600);
				await page.screenshot({ path: join(process.env.SHOTS, `${name.replaceAll(' ', '-')}-${width}-${colorScheme}.png`) });
			}
		}
		expect(errors).toEqual([]);
		await close();
	});
});
