/** 300 stored runs in Chromium's own storage: how long the page's thread is busy with them. */
import { availableParallelism, loadavg } from 'node:os';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { serveFake } from '../ui/fakePage';

/** Trainings with so many runs each: a sweep that was stored as a whole, and the most trainings that are kept. */
const CASES = [
	{ trainings: 1, points: 60 },
	{ trainings: 30, points: 2 },
];
/**
 * Largest processor time of a task of the page's thread, ms. Threads that share a core slow one another, in processor time too: the bound
 * is for a machine that does nothing else.
 */
const mostOf = () => 100 * Math.max(1, loadavg()[0] / availableParallelism());

/** Modules of the page, and its storage. As text: the runner would make its own `import` of the page's. */
const PAGE = `
	const load = (path) => import('/' + path + '.ts');
	const { openRows } = await load('src/session/client/stored/database');
	const { originFolders } = await load('src/session/client/stored/folders');
	const { webLocks } = await load('src/session/client/stored/locks');
	const { TrainingStorage } = await load('src/session/client/stored/trainingStorage');
	const { LabStore } = await load('src/session/client/store/labStore');
	const { defaultExperiment } = await load('src/experiment/fields');
	const { readExperiment } = await load('src/experiment/validate');
	const { infos, frameOf, lossAt, metricsOf } = await load('tests/ui/invented');
	const timed = async (name, job) => {
		performance.mark('start ' + name);
		const result = await job();
		performance.mark('end ' + name);
		return result;
	};
	const sweep = points > 1 ? Array.from({ length: points }, (_, i) => ({ learningRate: 1e-3 + i * 1e-5 })) : undefined;
	const { experiment, problems } = readExperiment({ ...defaultExperiment(), methods: ['vanilla'], seeds: [1, 2, 3, 4, 5], ...(sweep && { sweep }) });
	if (problems.length) throw new Error(JSON.stringify(problems));
	const runs = infos(experiment);
	const storage = new TrainingStorage(await openRows(), originFolders, webLocks);`;

/** Stores trainings of five runs per point, with three probes each. */
const STORE = `async ({ trainings, points }) => {${PAGE}
	const labStore = new LabStore();
	labStore.begin(experiment);
	labStore.receive({ type: 'runs', runs });
	const column = (of) => Float32Array.from({ length: experiment.steps }, (_, step) => of(step));
	for (const run of runs) {
		labStore.receive({ type: 'steps', run: run.id, first: 0, losses: column((step) => lossAt(run, step)), gradNorms: column(() => 1), learningRates: column(() => 1e-3), seconds: column((step) => step / 60), tokensPerSecond: 61000 });
		for (let step = 0; step <= experiment.steps; step += 50) labStore.receive({ type: 'metrics', run: run.id, step, metrics: metricsOf(run, step) });
		for (const step of [0, 200, 400]) labStore.receive({ type: 'frame', frame: frameOf(run, step) });
		labStore.receive({ type: 'finished', run: run.id, steps: experiment.steps, metrics: metricsOf(run, experiment.steps) });
	}
	const names = Object.fromEntries(runs.map(({ id, group, label }) => [id, { group, label, copied: null, inherited: 0 }]));
	const source = {
		fromCheckpoint: false,
		experiment: () => experiment,
		views: () => labStore.views(),
		names: () => names,
		seeded: () => true,
		givenName: () => null,
		state: (run) => labStore.stateOf(run),
		baseline: () => null,
	};
	for (let i = 0; i < trainings; i++) {
		const recorder = await storage.record('training-' + i, source, null, () => {});
		await recorder.update();
		await recorder.end();
	}
	return runs.length * trainings;
}`;

/** Uses them as the page does after a reload. */
const USE = `async ({ points }) => {${PAGE}
	await timed('list', () => storage.list(null));
	const opened = await timed('open', () => storage.open('training-0'));
	const shown = new LabStore();
	await timed('adopt', async () => {
		shown.begin(experiment);
		shown.adopt(opened.states, opened.baseline);
		shown.receive({ type: 'runs', runs });
		shown.getSnapshot();
	});
	opened.free();
	while ((await webLocks.taken()).has('training-0')) await new Promise((resolve) => setTimeout(resolve));
	await timed('delete', () => storage.delete('training-0'));
	await timed('clear', () => storage.clear());
	return (await storage.list(null)).length;
}`;

let server: ViteDevServer;
beforeAll(async () => {
	server = await serveFake(0);
});
afterAll(() => server?.close());

interface TraceEvent {
	name: string;
	cat: string;
	/** μs. */
	ts: number;
	dur?: number;
	/** Processor time of the thread, μs, which does not depend on what else the machine does. */
	tdur?: number;
	tid: number;
	pid: number;
}

const endOf = ({ ts, dur = 0 }: TraceEvent) => ts + dur;
const isIn = (outer: TraceEvent, inner: TraceEvent) => outer !== inner && inner.ts >= outer.ts && endOf(inner) <= endOf(outer);

/** Processor time of the events that are not within another one, μs. */
const outermost = (events: readonly TraceEvent[]): number =>
	events.filter((event) => !events.some((other) => isIn(other, event))).reduce((sum, { tdur = 0 }) => sum + tdur, 0);

/** Whole time, and processor time of the longest task of the page's thread without garbage collection, between the two marks of each name, ms. */
function timesOf(events: readonly TraceEvent[]): Map<string, { total: number; longest: number }> {
	const marks = events.filter(({ cat }) => cat.includes('blink.user_timing'));
	return new Map(
		marks.flatMap(({ name, ts: start, tid, pid }) => {
			const what = /^start (.*)/.exec(name)?.[1];
			const end = marks.find((mark) => mark.name === `end ${what}`)?.ts;
			if (what === undefined || end === undefined) return [];
			const tasks = events.filter((event) => /RunTask$/.test(event.name) && event.tid === tid && event.pid === pid);
			const within = tasks.filter(({ ts, dur = 0 }) => ts + dur > start && ts < end);
			const collecting = events.filter(
				(event) => /^(V8\.GC|M(aj|in)orGC|CppGC|BlinkGC)/.test(event.name) && event.tid === tid && event.pid === pid,
			);
			const own = within.map((task) => (task.tdur ?? 0) - outermost(collecting.filter((event) => isIn(task, event))));
			return [[what, { total: (end - start) / 1000, longest: Math.max(0, ...own) / 1000 }]];
		}),
	);
}

it.each(CASES)('300 stored runs keep the page’s thread for no more than a tenth of a second: %j', async (kind) => {
	const address = server.resolvedUrls?.local[0] ?? '';
	const { page, close } = await openPage({ address });
	// Without the page's own work, and without its dev build's.
	await page.route('**/blank', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
	await page.goto(`${address}blank`);
	const browser = page.context().browser();
	if (!browser) throw new Error('no browser');
	const run = (code: string) => page.evaluate(`(${code})(${JSON.stringify(kind)})`);
	expect(await run(STORE)).toBe(300);
	await page.reload();
	await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing', 'v8', 'devtools.timeline'] });
	expect(await run(USE)).toBe(0);
	const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
	const times = timesOf(traceEvents);
	const most = mostOf();
	expect([...times.keys()]).toEqual(['list', 'open', 'adopt', 'delete', 'clear']);
	for (const [name, { total, longest }] of times)
		console.info(`${JSON.stringify(kind)} ${name}: ${total.toFixed(0)} ms, longest task ${longest.toFixed(0)} ms of processor time`);
	for (const [name, { longest }] of times) expect(longest, name).toBeLessThanOrEqual(most);
	await close();
});
