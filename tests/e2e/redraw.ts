import type { CDPSession, Locator, Page } from 'playwright-core';

/** Counts processor time of the page's main thread: what it waits while other processes have the cores is not counted. */
export async function timeSession(page: Page): Promise<CDPSession> {
	const session = await page.context().newCDPSession(page);
	await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
	await session.send('Performance.enable');
	return session;
}

/** Parts of the main thread's work that are counted in processor time; `TaskDuration` is by the clock. */
type Part = 'ScriptDuration' | 'RecalcStyleDuration' | 'LayoutDuration';

/** Processor time of these parts on the page's main thread until now, ms. Scripts of the test itself do not count. */
export async function mainThreadTime(session: CDPSession, ...parts: Part[]): Promise<number> {
	const { metrics } = await session.send('Performance.getMetrics');
	return 1000 * parts.reduce((sum, part) => sum + (metrics.find(({ name }) => name === part)?.value ?? Number.NaN), 0);
}

/** Presses a checkbox `times` times, and returns the script time of each change that follows, ms. */
export async function redrawTimes(page: Page, box: Locator, times: number): Promise<number[]> {
	const session = await timeSession(page);
	const spent: number[] = [];
	for (let i = 0; i < times; i++) {
		const before = await mainThreadTime(session, 'ScriptDuration');
		await box.evaluate((element) => (element as HTMLInputElement).click());
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
