import type { CDPSession, ElementHandle, Locator, Page } from 'playwright-core';

/** Counts processor time of the page's main thread: what it waits while other processes have the cores is not counted. */
export async function timeSession(page: Page): Promise<CDPSession> {
	const session = await page.context().newCDPSession(page);
	await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
	await session.send('Performance.enable');
	return session;
}

/** Processor time of the page's main thread until now, ms: of scripts, or of all tasks. */
export async function mainThreadTime(session: CDPSession, of: 'ScriptDuration' | 'TaskDuration'): Promise<number> {
	const { metrics } = await session.send('Performance.getMetrics');
	return 1000 * (metrics.find(({ name }) => name === of)?.value ?? Number.NaN);
}

/** Presses a checkbox `times` times, and returns the script time of each change that follows, ms. */
export async function redrawTimes(page: Page, box: Locator, times: number): Promise<number[]> {
	const session = await timeSession(page);
	const spent: number[] = [];
	// Not the locator: Playwright would search the page each time, with scripts that count too.
	const element = (await box.elementHandle()) as ElementHandle<HTMLInputElement>;
	for (let i = 0; i < times; i++) {
		const before = await mainThreadTime(session, 'ScriptDuration');
		await element.evaluate((input) => input.click());
		await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
		spent.push((await mainThreadTime(session, 'ScriptDuration')) - before);
	}
	await session.detach();
	return spent;
}

/** The middle one of the times after the first `warmUp`, which compile the code. */
export function medianAfter(times: readonly number[], warmUp: number): number {
	const warm = times.slice(warmUp).sort((a, b) => a - b);
	return warm[Math.floor(warm.length / 2)];
}
