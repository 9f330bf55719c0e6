import type { CDPSession, Locator, Page } from 'playwright-core';

/** Processor time of scripts on the page's main thread until now, ms. What they wait while other processes have the cores is not counted. */
async function scriptTime(session: CDPSession): Promise<number> {
	const { metrics } = await session.send('Performance.getMetrics');
	return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN);
}

/** Presses a checkbox `times` times, and returns the script time of each change that follows, ms. */
export async function redrawTimes(page: Page, box: Locator, times: number): Promise<number[]> {
	const session = await page.context().newCDPSession(page);
	await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
	await session.send('Performance.enable');
	const spent: number[] = [];
	for (let i = 0; i < times; i++) {
		const before = await scriptTime(session);
		// Not Playwright's click: its scripts in the page would count too.
		await box.evaluate((element) => (element as HTMLInputElement).click());
		await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
		spent.push((await scriptTime(session)) - before);
	}
	await session.detach();
	return spent;
}

/** The middle one of the times after the first `warmUp`, which compile the code. */
export function medianAfter(times: readonly number[], warmUp: number): number {
	const warm = times.slice(warmUp).sort((a, b) => a - b);
	return warm[Math.floor(warm.length / 2)];
}
