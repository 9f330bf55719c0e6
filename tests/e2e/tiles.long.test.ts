/** Tiles that were measured in a real Chromium, and that a later page of the same browser takes. */
import '../support/float16';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { profileNamed, withTiles } from '../../src/compiler/profile';
import { createTask } from '../../src/data/tasks';
import { decodeLink } from '../../src/experiment/link';
import type { ProfileProgress } from '../../src/experiment/records/stepReport';
import type { TunedTiles } from '../../src/experiment/records/tiles';
import type { TileCache } from '../../src/gpu/tileCache';
import type { Event } from '../../src/session/client/protocol';
import { newRuns } from '../../src/training/session';
import { trainerPlans } from '../../src/training/trainer';
import { stepShape } from '../../src/training/trainingGraphs';
import { openPage } from '../support/browser';
import { lossesByRun, waitForEvents } from '../support/spy';
import { button } from '../support/userJourneys';

const ADDRESS =
	'#task=copy&layers=1&heads=2&hiddenSize=16&intermediateSize=16&batchSize=2&sequenceLength=16&validateEvery=0&validationBatches=1&methods=vanilla&steps=2&v=1';

/** Of the adapter that `disguiseAdapter` shows. */
const IDENTITY = 'test | gpu | Test GPU | ';

/**
 * Runs in the page before its scripts: the worker takes its software adapter for a GPU with a name, so that it has tiles and offers to
 * measure them, and keeps the size of the tiles in each kernel that it compiles. What the worker says is kept as `spyOnWorker` keeps it.
 */
function disguiseAdapter(): void {
	const seen: unknown[] = [];
	Object.assign(globalThis, { seen });
	const control = `
		const facts = { vendor: 'test', architecture: 'gpu', device: 'Test GPU', description: '', isFallbackAdapter: false };
		for (const [name, value] of Object.entries(facts)) Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => value });
		globalThis.tiles = [];
		const create = GPUDevice.prototype.createShaderModule;
		GPUDevice.prototype.createShaderModule = function (descriptor) {
			const tile = /^const TILE = (\\d+)u;/m.exec(descriptor.code);
			if (tile) tiles.push(descriptor.label + ' ' + tile[1]);
			return create.call(this, descriptor);
		};`;
	const moduleOf = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
	globalThis.Worker = class extends Worker {
		constructor(script: string | URL, options?: WorkerOptions) {
			const both = [moduleOf(control), String(script)].map((address) => `import ${JSON.stringify(address)};`);
			super(moduleOf(both.join('\n')), { ...options, type: 'module' });
			this.addEventListener('message', ({ data }) => seen.push(data));
		}
	};
}

/** Kernels with tiles that the worker has compiled, and the sizes of their tiles. */
async function compiledTiles(page: Page): Promise<Set<string>> {
	const lists = await Promise.all(page.workers().map((worker) => worker.evaluate(() => (globalThis as { tiles?: string[] }).tiles ?? [])));
	return new Set(lists.flat());
}

/** The same of a step that takes the tiles. */
function plannedTiles(tiles: Readonly<Record<string, string>>): Set<string> {
	const { experiment } = decodeLink(ADDRESS);
	const [run] = newRuns(experiment, createTask(experiment, ''));
	const device = { profile: withTiles(profileNamed('tiled'), tiles), maxBindingBytes: 2 ** 27 };
	const { dispatches } = trainerPlans(run.config, stepShape(experiment), device).training;
	return new Set(dispatches.filter(({ tiles: choice }) => choice).map(({ variant }) => `${variant.file} ${variant.constants.TILE ?? 64}`));
}

/** The stored cache, after `change` if one is given. */
const storedTiles = (page: Page, replacement?: TileCache): Promise<TileCache> =>
	page.evaluate(async (next) => {
		const done = <T>(request: IDBRequest<T>) =>
			new Promise<T>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(request.error);
			});
		const database = await done(indexedDB.open('resformer-lab-tiles'));
		const table = database.transaction('tiles', 'readwrite').objectStore('tiles');
		if (next) await done(table.put(next, 'measured'));
		const stored = await done(table.get('measured'));
		database.close();
		return stored;
	}, replacement);

const waitForStage = (page: Page, wanted: ProfileProgress['stage']) =>
	page.waitForFunction(
		(stage) =>
			(globalThis as unknown as { seen: Event[] }).seen.some(
				(event) => event.type === 'progress' && event.request === 'profile' && event.progress.stage === stage,
			),
		wanted,
		{ timeout: 240_000 },
	);

async function trained(page: Page): Promise<number[][][]> {
	await button(page, 'Train').click();
	await waitForEvents(page, 'finished');
	return [...(await lossesByRun(page)).values()];
}

it('a page keeps the tiles that it has measured, and the next page trains with them to the same losses', async () => {
	const { page, errors, close } = await openPage({
		width: 1440,
		height: 900,
		address: ADDRESS,
		before: disguiseAdapter,
		blobWorkers: true,
	});
	await waitForEvents(page, 'adapter');
	const losses = await trained(page);
	expect(await compiledTiles(page)).toEqual(plannedTiles({}));

	await button(page, 'Where a step’s time goes').first().click();
	const dialog = page.getByRole('dialog', { name: 'Where a step’s time goes' });
	await dialog.getByLabel('Find the fastest tiles first').check();
	await dialog.getByRole('button', { name: 'Measure' }).click();
	// What follows the tiles is measured by profile.e2e.test.ts.
	await waitForStage(page, 'peaks');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	const cache = await storedTiles(page);
	expect(Object.keys(cache.adapters)).toEqual([IDENTITY]);
	const rows = cache.adapters[IDENTITY];
	const measured = rows.flatMap(({ candidates, why }) => (why === 'only' ? [] : candidates.map(({ us }) => us)));
	expect(measured.length).toBeGreaterThan(2);
	for (const us of measured) expect(us).toBeGreaterThanOrEqual(0);

	// Times on a software adapter are left to chance, so that another page may have found the other tile of each product.
	const other = ({ candidates, byRule }: TunedTiles) => candidates.find(({ tile }) => tile !== byRule)?.tile;
	const changed = rows.map((row): TunedTiles => ({ ...row, chosen: other(row) ?? row.byRule, why: other(row) ? 'measured' : 'only' }));
	await storedTiles(page, { ...cache, adapters: { [IDENTITY]: changed } });
	const expected = plannedTiles(Object.fromEntries(changed.map(({ product, chosen }) => [product, chosen])));
	expect(expected).not.toEqual(plannedTiles({}));
	await page.reload();
	await waitForEvents(page, 'adapter');
	expect(await trained(page)).toEqual(losses);
	// And by the rule, a product that the device's speed is measured with.
	expect([...(await compiledTiles(page))]).toEqual(expect.arrayContaining([...expected]));
	expect(errors).toEqual([]);
	await close();
}, 400_000);
