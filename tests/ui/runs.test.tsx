// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runInfo, stepsEvent } from '../session/client/fakePort';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
const names = () => [...document.querySelectorAll('.runs tbody .run-name')].map((element) => element.textContent);
const rowOf = (name: string) =>
	[...document.querySelectorAll<HTMLElement>('.runs tbody tr')].find((row) => row.querySelector('.run-name')?.textContent === name);
const inRow = <E extends HTMLElement>(name: string, selector: string) => rowOf(name)?.querySelector<E>(selector) as E;
const head = (name: string) => page.button(new RegExp(`^${name}.?$`)).closest('th') as HTMLElement;
const press = (key: string, target: EventTarget) =>
	act(async () => void target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));

/** They are fetched when they are asked for, which takes real turns of the event loop. */
beforeAll(() => Promise.all([import('../../src/ui/runs/fork/ForkDialog'), import('../../src/ui/runs/exports')]));
beforeEach(prepare);
afterEach(closeApp);

/** Three methods of one seed, with their validation losses. */
async function compared(): Promise<void> {
	page = await openApp();
	await page.click(page.button('Train'));
	await page.train('vanilla', 'resformer', 'svformer');
	for (const [method, validationLoss] of [
		['vanilla', 2],
		['resformer', 1.5],
		['svformer', 1.75],
	] as const)
		await page.measure(`${method}-1`, 2, { validationLoss });
}

/** Chooses from the menu of the run's row. */
async function choose(name: string, item: string): Promise<void> {
	await page.click(inRow(name, '.more'));
	await page.click(page.button(item));
	await page.settle();
}

describe('sorting', () => {
	it('by a number goes up, then down, then back to the order of the runs', async () => {
		await compared();
		await page.click(page.button('Validation'));
		expect(names()).toEqual(['resformer', 'svformer', 'vanilla']);
		expect(head('Validation').getAttribute('aria-sort')).toBe('ascending');
		await page.click(page.button(/^Validation.?$/));
		expect(names()).toEqual(['vanilla', 'svformer', 'resformer']);
		await page.click(page.button(/^Validation.?$/));
		expect(names()).toEqual(['vanilla', 'resformer', 'svformer']);
		expect(head('Validation').hasAttribute('aria-sort')).toBe(false);
	});

	it('keeps runs without the number last both ways, and equal ones in their order', async () => {
		await compared();
		await page.measure('svformer-1', 2, { accuracy: 0.5 });
		await page.click(page.button('Accuracy'));
		expect(names()).toEqual(['svformer', 'vanilla', 'resformer']);
		await page.click(page.button(/^Accuracy/));
		expect(names()).toEqual(['svformer', 'vanilla', 'resformer']);
	});
});

describe('a run’s name', () => {
	const editor = () => page.find<HTMLInputElement>('.name-editor');

	it('is typed in its place: Enter keeps it, nothing at all gives the run its own label again', async () => {
		await compared();
		await page.click(inRow('svformer', '.run-name'));
		await page.type('.name-editor', 'Shared values');
		await press('Enter', editor());
		await page.settle();
		expect(names()).toEqual(['vanilla', 'resformer', 'Shared values']);
		await press('F2', inRow('Shared values', '.run-name'));
		await page.type('.name-editor', '');
		await press('Enter', editor());
		await page.settle();
		expect(names()).toContain('svformer');
	});

	it('stays as it was after Escape, and Delete while typing removes nothing', async () => {
		await compared();
		await choose('svformer', 'Rename');
		await page.type('.name-editor', 'Another');
		await press('Delete', editor());
		await press('Escape', editor());
		await page.settle();
		expect(names()).toEqual(['vanilla', 'resformer', 'svformer']);
		expect(page.port.of('remove')).toEqual([]);
	});

	it('has at most 60 characters', async () => {
		await compared();
		await page.click(inRow('svformer', '.run-name'));
		expect(editor().maxLength).toBe(60);
	});
});

describe('what is compared', () => {
	it('is without a hidden run, which the table keeps', async () => {
		await compared();
		expect(page.text('.sentence')).toContain('1.500 in resformer');
		await page.click(inRow('resformer', 'input[type=checkbox]'));
		await page.settle();
		expect(page.text('.sentence')).not.toContain('resformer');
		expect(names()).toContain('resformer');
		await page.click(page.find('.runs thead input[type=checkbox]'));
		await page.settle();
		expect(page.text('.sentence')).toContain('1.500 in resformer');
	});

	it('is compared with the group that is pinned, and with vanilla again once it is let go', async () => {
		await compared();
		const pressed = () => names().filter((name) => inRow(name as string, '.pin').getAttribute('aria-pressed') === 'true');
		expect(pressed()).toEqual(['vanilla']);
		await page.click(inRow('svformer', '.pin'));
		await page.settle();
		expect(pressed()).toEqual(['svformer']);
		await page.click(inRow('svformer', '.pin'));
		await page.settle();
		expect(pressed()).toEqual(['vanilla']);
	});

	it('says what sets apart a run with another field', async () => {
		await compared();
		const other = runInfo('svformer', 1, 'svformer');
		await act(async () =>
			page.port.say({
				type: 'runs',
				runs: [
					runInfo('vanilla', 1, 'vanilla'),
					{ ...other, id: 'other', group: 'other', experiment: { ...other.experiment, learningRate: 0.01 } },
				],
			}),
		);
		await page.settle();
		expect(rowOf('svformer')?.textContent).toContain('learning rate 0.01');
		expect(rowOf('vanilla')?.textContent).toContain('learning rate 0.003');
	});
});

describe('a removed run', () => {
	it('is asked for by Delete on its row, and comes back by Undo', async () => {
		await compared();
		await press('Delete', inRow('resformer', '.run-name'));
		expect(page.port.of('remove')).toEqual([{ type: 'remove', runs: ['resformer-1'] }]);
		await act(async () => page.port.say({ type: 'runs', runs: [runInfo('vanilla'), runInfo('svformer')] }));
		await page.settle();
		expect(names()).toEqual(['vanilla', 'svformer']);
		expect(page.text('.undo-bar')).toContain('resformer was removed');
		await page.click(page.button('Undo'));
		expect(page.port.of('restore')).toEqual([{ type: 'restore', runs: ['resformer-1'] }]);
	});
});

describe('a fork', () => {
	const forkButton = () => page.button(/^Fork .*at step/);

	it('has nothing to do before something is changed, names limits beside the field, and changes that one thing', async () => {
		await compared();
		await choose('resformer', 'Fork');
		expect(forkButton().textContent).toBe('Fork at step 2');
		await page.click(forkButton());
		expect(page.port.of('fork')).toEqual([]);
		await page.type('#fork-field', 'learningRate');
		await page.type('#fork-value', '7');
		expect(page.text('#fork-problem')).toContain('Learning rate must be a number from 1e-7 to 1');
		await page.click(forkButton());
		expect(page.port.of('fork')).toEqual([]);
		await page.type('#fork-value', '0.001');
		expect(document.querySelector('#fork-problem')).toBeNull();
		await page.click(forkButton());
		expect(page.port.of('fork')).toEqual([{ type: 'fork', run: 'resformer-1', change: { learningRate: 0.001 } }]);
		expect(document.querySelector('dialog')).toBeNull();
	});

	it('of every seed of a group asks for each of them', async () => {
		await compared();
		await act(async () => {
			page.port.say({ type: 'runs', runs: [1, 2].map((seed) => runInfo('vanilla', seed)) });
			page.port.say(stepsEvent('vanilla-2', 0, [4, 3, 3]));
		});
		await page.settle();
		await choose('vanilla', 'Fork');
		await page.type('#fork-value', 'svformer');
		await page.click(page.find('.fork-all input'));
		expect(forkButton().textContent).toBe('Fork 2 runs at steps 2 to 3');
		await page.click(forkButton());
		expect(page.port.of('fork').map(({ run, change }) => [run, change.methods])).toEqual([
			['vanilla-1', ['svformer']],
			['vanilla-2', ['svformer']],
		]);
	});

	it('cannot end before the step where the run is', async () => {
		await compared();
		await choose('vanilla', 'Fork');
		await page.type('#fork-field', 'steps');
		await page.type('#fork-value', '2');
		expect(page.text('#fork-problem')).not.toBe('');
	});
});

describe('Export', () => {
	/** The file that choosing `item` hands to the browser, as text. */
	async function saved(item: string): Promise<string> {
		const files: Blob[] = [];
		vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (file: Blob) => `blob:${files.push(file)}`, revokeObjectURL() {} }));
		await page.click(page.button('Export'));
		await page.click(page.button(item));
		for (let i = 0; i < 10; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(1)));
		return files[0].text();
	}

	it('hands out the runs, the curves, and everything', async () => {
		await compared();
		const runs = (await saved('Runs as CSV')).trim().split('\r\n');
		expect(runs[0]).toMatch(/^id,name,.*validationLoss/);
		expect(runs).toHaveLength(4);
		expect((await saved('Curves as CSV')).trim().split('\r\n')[0]).toMatch(/^run,step,/);
		expect(JSON.parse(await saved('Everything as JSON')).runs).toHaveLength(3);
	});
});

describe('Add', () => {
	const add = () => page.find<HTMLButtonElement>('.transport .add-runs');

	it('trains the form’s new runs beside those that are there, and has nothing to do without any', async () => {
		await compared();
		expect(add().disabled).toBe(true);
		await page.type('#field-seeds', '1, 2');
		expect(page.text('#primary-note')).toBe(
			'The form has changed: Train ends the 3 current runs and starts over. Add trains 3 more runs next to them.',
		);
		await page.click(add());
		expect(page.port.of('add')[0].experiment.seeds).toEqual([1, 2]);
		expect(page.port.of('start')).toHaveLength(1);
	});

	it('leaves Pause in its place once all of the form is there', async () => {
		await compared();
		await page.type('#field-seeds', '1, 2');
		const all = ['vanilla', 'resformer', 'svformer'].flatMap((method) => [1, 2].map((seed) => runInfo(method, seed)));
		await act(async () => page.port.say({ type: 'runs', runs: all }));
		await page.settle();
		expect(page.button('Pause').className).toBe('loud');
		expect(add().disabled).toBe(true);
	});
});
