import type { CDPSession, Page } from 'playwright-core';

interface TraceEvent {
	name: string;
	ph: string;
	pid: number;
	tid: number;
	/** Processor time of the thread, µs. */
	tdur?: number;
}

/**
 * Traces the page while `job` runs, and returns the processor time of each task of its main thread, ms, longest first.
 * Processor time: what a task waits while other processes have the cores is not the page's doing.
 */
export async function mainThreadTasks(page: Page, job: () => Promise<unknown>): Promise<number[]> {
	const browser = page.context().browser();
	if (!browser) throw new Error('the page has no browser');
	const session: CDPSession = await browser.newBrowserCDPSession();
	const events: TraceEvent[] = [];
	session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
	await session.send('Tracing.start', {
		transferMode: 'ReportEvents',
		traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'], excludedCategories: ['*'] },
	});
	await job();
	const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
	await session.send('Tracing.end');
	await complete;
	await session.detach();

	// Only a page's main thread lays out, and ours does so most.
	const layouts = new Map<string, number>();
	const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
	for (const event of events) if (event.name === 'Layout') layouts.set(thread(event), (layouts.get(thread(event)) ?? 0) + 1);
	const [main] = [...layouts].sort((a, b) => b[1] - a[1])[0] ?? [];
	if (!main) throw new Error('the trace holds no layout');
	return events
		.filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && thread(event) === main)
		.map((event) => (event.tdur ?? 0) / 1000)
		.sort((a, b) => b - a);
}
