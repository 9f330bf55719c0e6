// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runInfo, stepsEvent } from '../session/client/fakePort';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
const table = () => within(region('Runs').getByRole('table'));
const row = (name: string) => {
	const head = table()
		.getAllByRole('rowheader')
		.find((cell) => cell.textContent === name);
	if (!head) throw new Error(`no row ${name}`);
	return within(head.closest('tr') as HTMLElement);
};
const names = () =>
	table()
		.getAllByRole('rowheader')
		.map((cell) => cell.textContent);
const nameButton = (name: string) => row(name).getByRole('button', { name: /: rename$/ });
const head = (name: string) => table().getByRole('columnheader', { name: new RegExp(`^${name}`) });
const sortBy = (name: string) => page.press(within(head(name)).getByRole('button'));
const editor = () => table().getByRole<HTMLInputElement>('textbox');

/** The page imports these when they are needed, which takes real turns of the event loop. */
beforeAll(() => import('../../src/ui/runs/exports'));
beforeEach(prepare);
afterEach(closeApp);

/** Three methods of one seed, with their validation losses. */
async function compared(): Promise<void> {
	page = await openApp();
	await page.press('Train');
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
	await page.press(row(name).getByRole('button', { name: /^More about/ }));
	await page.press(screen.getByRole('menuitem', { name: item }));
}

describe('a sweep', () => {
	/** Two methods and two seeds at each of two points. */
	const infos = [0, 1].flatMap((point) =>
		['vanilla', 'svformer'].flatMap((method) =>
			[1, 2].map((seed) => {
				const info = runInfo(method, seed, `${method}, steps ${point + 1}`);
				return { ...info, id: `${info.id}@${point}`, group: `${method}@${point}`, point };
			}),
		),
	);

	beforeEach(async () => {
		page = await openApp();
		await page.press('Train');
		await page.say({ type: 'runs', runs: infos }, { type: 'state', state: 'running' });
		for (const { id, method, seed, point } of infos)
			await page.measure(id, 2, { validationLoss: (method === 'vanilla' ? 2 : 1) + seed / 10 - point / 2 });
	});

	it('has a row per point and method with mean and standard deviation, which unfolds to its runs', async () => {
		expect(names()).toEqual(['▸vanilla, steps 1', '▸svformer, steps 1', '▸vanilla, steps 2', '▸svformer, steps 2']);
		expect(row('▸vanilla, steps 2').getByText('1.650 ± 0.071')).toBeTruthy();
		expect(row('▸vanilla, steps 2').getByText('1, 2')).toBeTruthy();
		await page.press('Runs of vanilla, steps 2');
		expect(names()).toHaveLength(6);
		expect(row('▾vanilla, steps 2').getByRole('button', { expanded: true })).toBeTruthy();
		await page.press('Runs of vanilla, steps 2');
		expect(names()).toHaveLength(4);
	});

	it('is sorted by the means', async () => {
		await sortBy('Validation');
		expect(names()).toEqual(['▸svformer, steps 2', '▸svformer, steps 1', '▸vanilla, steps 2', '▸vanilla, steps 1']);
	});
});

describe('sorting', () => {
	it('by a number is ascending, then descending, then in the order of the runs', async () => {
		await compared();
		await sortBy('Validation');
		expect(names()).toEqual(['resformer', 'svformer', 'vanilla']);
		expect(head('Validation').getAttribute('aria-sort')).toBe('ascending');
		await sortBy('Validation');
		expect(names()).toEqual(['vanilla', 'svformer', 'resformer']);
		await sortBy('Validation');
		expect(names()).toEqual(['vanilla', 'resformer', 'svformer']);
		expect(head('Validation').hasAttribute('aria-sort')).toBe(false);
	});

	it('keeps runs without the number last in both directions, and equal ones in their order', async () => {
		await compared();
		await page.measure('svformer-1', 2, { accuracy: 0.5 });
		await sortBy('Accuracy');
		expect(names()).toEqual(['svformer', 'vanilla', 'resformer']);
		await sortBy('Accuracy');
		expect(names()).toEqual(['svformer', 'vanilla', 'resformer']);
	});
});

describe('the critical point', () => {
	it('is a column once runs have finished, in words if the baseline does not pass', async () => {
		await compared();
		expect(table().queryByRole('columnheader', { name: /^Critical point/ })).toBeNull();
		await page.say(
			stepsEvent('resformer-1', 2, [1, 9, 9]),
			stepsEvent('svformer-1', 2, [1, 1, 1]),
			stepsEvent('vanilla-1', 2, [2, 2, 2]),
			...['vanilla', 'resformer', 'svformer'].map((method) => ({
				type: 'finished' as const,
				run: `${method}-1`,
				steps: 5,
				metrics: {},
			})),
		);
		const column = table()
			.getAllByRole('columnheader')
			.findIndex((cell) => cell.textContent?.startsWith('Critical point'));
		const cell = (name: string) => [...(row(name).getAllByRole('rowheader')[0].parentElement?.children ?? [])][column].textContent;
		expect(['vanilla', 'resformer', 'svformer'].map(cell)).toEqual(['–', '3', 'not reached']);
	});
});

describe('a run’s name', () => {
	it('is edited in place: Enter keeps it, an empty name restores the run’s label', async () => {
		await compared();
		await page.press(nameButton('svformer'));
		await page.write(editor(), 'Shared values');
		await page.keys(editor(), '{Enter}');
		expect(names()).toEqual(['vanilla', 'resformer', 'Shared values']);
		await page.keys(nameButton('Shared values'), '{F2}');
		await page.write(editor(), '');
		await page.keys(editor(), '{Enter}');
		expect(names()).toContain('svformer');
	});

	it('is unchanged after Escape, and Delete while typing removes no run', async () => {
		await compared();
		await choose('svformer', 'Rename');
		await page.write(editor(), 'Another');
		await page.keys(editor(), '{Delete}{Escape}');
		expect(names()).toEqual(['vanilla', 'resformer', 'svformer']);
		expect(page.port.of('remove')).toEqual([]);
	});

	it('has at most 60 characters', async () => {
		await compared();
		await page.press(nameButton('svformer'));
		expect(editor().maxLength).toBe(60);
	});
});

describe('what is compared', () => {
	const sentence = () => screen.getByText(/^After 2 steps, the validation loss/).textContent;
	const pin = (name: string) => row(name).getByRole('button', { name: /^Compare the others with/ });

	it('leaves out a hidden run, which stays in the table', async () => {
		await compared();
		expect(sentence()).toContain('1.500 in resformer');
		await page.press(row('resformer').getByRole('checkbox'));
		expect(sentence()).not.toContain('resformer');
		expect(names()).toContain('resformer');
		await page.press(screen.getByRole('checkbox', { name: 'Show all runs in charts and maps' }));
		expect(sentence()).toContain('1.500 in resformer');
	});

	it('uses the pinned group as the baseline, and vanilla again once it is unpinned', async () => {
		await compared();
		const pressed = () => names().filter((name) => pin(name as string).getAttribute('aria-pressed') === 'true');
		expect(pressed()).toEqual(['vanilla']);
		await page.press(pin('svformer'));
		expect(pressed()).toEqual(['svformer']);
		await page.press(pin('svformer'));
		expect(pressed()).toEqual(['vanilla']);
	});

	it('shows how a run with another field differs', async () => {
		await compared();
		const other = runInfo('svformer', 1, 'svformer');
		const changed = { ...other, id: 'other', group: 'other', experiment: { ...other.experiment, learningRate: 0.01 } };
		await page.say({ type: 'runs', runs: [runInfo('vanilla', 1, 'vanilla'), changed] });
		expect(row('svformer').getByText(/learning rate 0\.01/)).toBeTruthy();
		expect(row('vanilla').getByText(/learning rate 0\.003/)).toBeTruthy();
	});
});

describe('a removed run', () => {
	it('is removed by Delete on its row, and restored by Undo', async () => {
		await compared();
		await page.keys(nameButton('resformer'), '{Delete}');
		expect(page.port.of('remove')).toEqual([{ type: 'remove', runs: ['resformer-1'] }]);
		await page.say({ type: 'runs', runs: [runInfo('vanilla'), runInfo('svformer')] });
		expect(names()).toEqual(['vanilla', 'svformer']);
		expect(screen.getByText(/resformer was removed/)).toBeTruthy();
		await page.press('Undo');
		expect(page.port.of('restore')).toEqual([{ type: 'restore', runs: ['resformer-1'] }]);
	});
});

describe('a fork', () => {
	const forkButton = () => screen.getByRole('button', { name: /^Fork .*at step/ });
	const problem = () => screen.queryByRole('alert')?.textContent ?? '';
	const dialog = () => within(screen.getByRole('dialog'));
	const field = () => dialog().getByLabelText('Change');
	/** The control of the field that the fork changes. */
	const value = (label = 'Learning rate') => dialog().getByLabelText(label);

	it('needs a change first, shows limits next to the field, and changes that one thing', async () => {
		await compared();
		await choose('resformer', 'Fork');
		expect(forkButton().textContent).toBe('Fork at step 2');
		await page.press(forkButton());
		expect(page.port.of('fork')).toEqual([]);
		await page.pick(field(), 'learningRate');
		await page.write(value(), '7');
		expect(problem()).toContain('Learning rate must be a number from 1e-7 to 1');
		await page.press(forkButton());
		expect(page.port.of('fork')).toEqual([]);
		await page.write(value(), '0.001');
		expect(problem()).toBe('');
		await page.press(forkButton());
		expect(page.port.of('fork')).toEqual([{ type: 'fork', run: 'resformer-1', change: { learningRate: 0.001 } }]);
		expect(screen.queryByRole('dialog')).toBeNull();
	});

	it('of every seed of a group forks each of them', async () => {
		await compared();
		await page.say({ type: 'runs', runs: [1, 2].map((seed) => runInfo('vanilla', seed)) }, stepsEvent('vanilla-2', 0, [4, 3, 3]));
		await choose('vanilla', 'Fork');
		await page.pick(value('Method'), 'svformer');
		await page.press(within(screen.getByRole('dialog')).getByRole('checkbox'));
		expect(forkButton().textContent).toBe('Fork 2 runs at steps 2 to 3');
		await page.press(forkButton());
		expect(page.port.of('fork').map(({ run, change }) => [run, change.methods])).toEqual([
			['vanilla-1', ['svformer']],
			['vanilla-2', ['svformer']],
		]);
	});

	it('of a finished run asks for more steps, whatever else it changes', async () => {
		await compared();
		const { steps } = runInfo('vanilla').experiment;
		await page.say(stepsEvent('vanilla-1', 3, Array(steps - 3).fill(2)), { type: 'finished', run: 'vanilla-1', steps, metrics: {} });
		await choose('vanilla', 'Fork');
		await page.pick(field(), 'methods');
		await page.pick(value('Method'), 'resformer:constant');
		expect(value('Steps')).toHaveProperty('value', String(2 * steps));
		await page.write(value('Steps'), String(steps));
		expect(problem()).toContain('teps must be more');
		await page.write(value('Steps'), String(steps + 100));
		await page.press(forkButton());
		expect(page.port.of('fork').map(({ change }) => change)).toEqual([{ methods: ['resformer:constant'], steps: steps + 100 }]);
	});

	it('cannot end before the run’s current step', async () => {
		await compared();
		await choose('vanilla', 'Fork');
		await page.pick(field(), 'steps');
		await page.write(value('Steps'), '2');
		expect(problem()).not.toBe('');
	});
});

describe('Export', () => {
	/** The file that choosing `item` downloads, as text. */
	async function saved(item: string): Promise<string> {
		const files: Blob[] = [];
		vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (file: Blob) => `blob:${files.push(file)}`, revokeObjectURL() {} }));
		await page.press('Export');
		await page.press(screen.getByRole('menuitem', { name: item }));
		for (let i = 0; i < 10; i++) {
			await vi.dynamicImportSettled();
			await act(async () => void (await vi.advanceTimersByTimeAsync(1)));
		}
		return files[0].text();
	}

	it('downloads the runs, the curves, and everything', async () => {
		await compared();
		const runs = (await saved('Runs as CSV')).trim().split('\r\n');
		expect(runs[0]).toMatch(/^id,name,.*validationLoss/);
		expect(runs).toHaveLength(4);
		expect((await saved('Curves as CSV')).trim().split('\r\n')[0]).toMatch(/^run,step,/);
		expect(JSON.parse(await saved('Everything as JSON')).runs).toHaveLength(3);
	});

	it('downloads a PyTorch project of all runs, or of one', async () => {
		await compared();
		const files: Blob[] = [];
		vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (file: Blob) => `blob:${files.push(file)}`, revokeObjectURL() {} }));
		const settle = async () => {
			for (let i = 0; i < 10; i++) {
				await vi.dynamicImportSettled();
				await act(async () => void (await vi.advanceTimersByTimeAsync(1)));
			}
		};
		await page.press('Export');
		await page.press(screen.getByRole('menuitem', { name: 'All as a PyTorch project' }));
		await settle();
		const [all] = page.port.of('project');
		expect([all.runs.length, all.present, all.link]).toEqual([3, true, expect.stringMatching(/#v=1$/)]);
		await page.say({ type: 'answer', id: all.id, request: 'project', answer: [{ name: 'train.py', bytes: new Uint8Array(2) }] });
		await settle();
		expect(new TextDecoder().decode(await files[0].arrayBuffer())).toContain('resformer-lab-pytorch/train.py');

		await choose('vanilla', 'PyTorch project');
		await settle();
		const [, one] = page.port.of('project');
		expect(one.runs).toEqual([{ id: 'vanilla-1', experiment: expect.objectContaining({ methods: ['vanilla'], seeds: [1] }) }]);
		await page.say({ type: 'failed', id: one.id, message: 'there are no runs: press Train first' });
		await settle();
		expect(files).toHaveLength(1);
		expect(screen.getByText(/there are no runs/)).toBeTruthy();
	});
});

describe('Add', () => {
	const add = () => within(screen.getByRole('region', { name: 'Training' })).getByRole<HTMLButtonElement>('button', { name: 'Add' });

	it('trains the form’s new runs next to the existing ones, and is disabled if there are none', async () => {
		await compared();
		expect(add().disabled).toBe(true);
		await page.write('Seeds', '1, 2');
		expect(screen.getByText(/^The form has changed: Train ends the 3 .*Add trains 3 more runs/)).toBeTruthy();
		await page.press(add());
		expect(page.port.of('add')[0].experiment.seeds).toEqual([1, 2]);
		expect(page.port.of('start')).toHaveLength(1);
	});

	it('leaves Pause as the main button once all runs of the form exist', async () => {
		await compared();
		await page.write('Seeds', '1, 2');
		const all = ['vanilla', 'resformer', 'svformer'].flatMap((method) => [1, 2].map((seed) => runInfo(method, seed)));
		await page.say({ type: 'runs', runs: all });
		expect(screen.getByRole('button', { name: 'Pause' })).toBeTruthy();
		expect(screen.queryByRole('button', { name: 'Train' })).toBeNull();
		expect(add().disabled).toBe(true);
	});
});
