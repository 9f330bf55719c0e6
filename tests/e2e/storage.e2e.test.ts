/** Finished trainings in the browser's own IndexedDB; the rules of what is kept are tested without one. */
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { serveFake } from '../ui/fakePage';

/** Keeps trainings of 101 to 124 steps, unless they exist, and returns what is left of some of them. */
const KEEP_AND_RECALL = `(async () => {
	const { ResultMemory } = await import('/src/session/client/storage/resultStorage.ts');
	const { defaultExperiment } = await import('/src/experiment/fields.ts');
	const memory = new ResultMemory();
	const of = (steps) => ({ ...defaultExperiment(), steps });
	const recall = async (steps) => (await memory.recall(of(steps)))?.adapter ?? null;
	if ((await recall(124)) === null) {
		for (let steps = 101; steps <= 124; steps++) {
			const results = { version: 1, recordedAt: new Date().toISOString(), adapter: 'GPU ' + steps, experiment: of(steps), runs: [] };
			if ((await memory.keep(results)) !== 'kept') throw new Error('not kept');
		}
	}
	return Promise.all([101, 104, 105, 124].map(recall));
})()`;

let server: ViteDevServer;
beforeAll(async () => {
	server = await serveFake(0);
});
afterAll(() => server?.close());

it('keeps the newest trainings, and restores them after a reload', async () => {
	const address = server.resolvedUrls?.local[0] ?? '';
	const { page, close } = await openPage({ address });
	// As text: the runner would make its own `import` of the page's.
	const memory = () => page.evaluate(KEEP_AND_RECALL);
	expect(await memory()).toEqual([null, null, 'GPU 105', 'GPU 124']);
	await page.reload();
	expect(await memory()).toEqual([null, null, 'GPU 105', 'GPU 124']);
	await close();
});
