// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { togglePlace } from '../../src/experiment/interventions/edits';
import type { OpCheck } from '../../src/experiment/records/opCheck';
import { runInfo } from '../session/client/fakePort';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
const open = async (hash?: string) => {
	page = await openApp(hash);
};
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const sent = <T extends Parameters<TestPage['port']['of']>[0]>(type: T) => page.port.of(type);
const rows = () => within(region('Runs').getByRole('table')).getAllByRole('rowheader');

beforeEach(prepare);
afterEach(closeApp);

describe('the address', () => {
	it('restores the experiment that it holds', async () => {
		await open('#task=backcopy&methods=vanilla,resformer:learnable&layers=3&v=1');
		expect(field('Layers').value).toBe('3');
		expect(field('Task').value).toBe('backcopy');
		const methods = within(screen.getByRole('group', { name: 'Methods' })).getAllByRole<HTMLInputElement>('checkbox');
		expect(methods.filter(({ checked }) => checked)).toHaveLength(2);
	});

	it('follows the form, and has the version alone for the defaults', async () => {
		await open();
		await page.write('Layers', '6');
		expect(location.hash).toBe('#layers=6&v=1');
		await page.write('Layers', '4');
		expect(location.hash).toBe('#v=1');
	});

	it('names each bad field and falls back to its default', async () => {
		await open('#layers=99&colour=blue');
		expect(field('Layers').value).toBe('4');
		expect(screen.getByText(/2 fields/)).toBeTruthy();
		const problems = screen.getAllByRole('listitem').map((item) => item.textContent);
		expect(problems).toContainEqual(expect.stringContaining('layers must be a whole number from 1 to 32'));
		expect(problems).toContainEqual(expect.stringContaining('colour'));
	});

	it('is read again when the user changes it', async () => {
		await open();
		history.replaceState(null, '', '/#layers=7&v=1');
		await act(async () => void dispatchEvent(new Event('hashchange')));
		expect(field('Layers').value).toBe('7');
	});
});

describe('the form', () => {
	it('shows limits next to the field, keeps the typed text, and blocks Train', async () => {
		await open();
		await page.write('Layers', '0');
		expect(field('Layers').value).toBe('0');
		expect(field('Layers').getAttribute('aria-invalid')).toBe('true');
		expect(screen.getByRole('alert').textContent).toContain('from 1 to 32');
		await page.press('Train');
		expect(sent('start')).toHaveLength(0);
	});

	it('shows the fields of the chosen optimiser only', async () => {
		const shown = async (hash: string) => {
			await open(hash);
			const found = ['β₁', 'Momentum', 'Muon momentum', 'Muon learning rate'].filter((label) => screen.queryByLabelText(label));
			await closeApp();
			await prepare();
			return found;
		};
		expect(await shown('')).toEqual(['β₁']);
		expect(await shown('#optimizer=sgd')).toEqual(['Momentum']);
		expect(await shown('#optimizer=muon')).toEqual(['β₁', 'Muon momentum', 'Muon learning rate']);
	});

	it('asks for the cost of an experiment once typing pauses', async () => {
		await open();
		const before = page.port.of('estimate').length;
		await page.write('Hidden size', '128');
		const asked = page.port.of('estimate').slice(before);
		expect(asked.at(-1)?.experiment.hiddenSize).toBe(128);
		expect(asked.length).toBeLessThanOrEqual(2);
	});
});

describe('training', () => {
	it('starts the experiment of the form, and shows the steps', async () => {
		await open('#layers=2');
		await page.press('Train');
		expect(page.port.of('start')[0].experiment.layers).toBe(2);
		await page.train('vanilla', 'svformer');
		expect(screen.getByText(/Step 2 of 400/)).toBeTruthy();
		expect(rows().map((row) => row.textContent)).toContainEqual(expect.stringContaining('svformer'));
		expect(screen.getAllByText(/one seed/)).not.toEqual([]);
	});

	it('pauses and resumes with Space, but not from a field', async () => {
		await open();
		await page.keys(document.body, ' ');
		expect(sent('start')).toHaveLength(1);
		await page.train('vanilla', 'svformer');
		await page.keys(field('Layers'), ' ');
		expect(sent('pause')).toHaveLength(0);
		field('Layers').blur();
		await page.keys(document.body, ' ');
		expect(sent('pause')).toHaveLength(1);
		await page.say({ type: 'state', state: 'paused' });
		await page.keys(document.body, ' ');
		expect(sent('resume')).toHaveLength(1);
	});

	it('offers Train next to Pause once the form differs from the runs', async () => {
		await open();
		await page.press('Train');
		await page.train('vanilla', 'svformer');
		expect(screen.queryByRole('button', { name: 'Train' })).toBeNull();
		const note = () => screen.queryByText(/^About the runs on the page/);
		expect(note()).toBeNull();
		await page.write('Layers', '6');
		expect(note(), 'the answer is not the form’s').toBeTruthy();
		expect(button('Train')).toBeTruthy();
		await page.press('Pause');
		expect(sent('pause')).toHaveLength(1);
	});

	it('ends the runs on Reset', async () => {
		await open();
		await page.press('Train');
		await page.train('vanilla', 'svformer');
		await page.press('Reset');
		expect(sent('reset')).toHaveLength(1);
		await page.say({ type: 'runs', runs: [] }, { type: 'state', state: 'idle' });
		expect(within(region('Runs').getByRole('table')).queryAllByRole('rowheader')).toEqual([]);
	});

	it('names the run and the step whose loss was NaN', async () => {
		await open();
		await page.press('Train');
		await page.train('vanilla', 'svformer');
		await page.say({ type: 'diverged', run: 'svformer-1', step: 2 });
		expect(screen.getByText(/svformer, seed 1, stopped at step 2/)).toBeTruthy();
	});
});

it('without WebGPU explains why and what to do, and cannot train', async () => {
	await open();
	await page.say({ type: 'unavailable', reason: 'navigator.gpu is missing.', advice: 'Use a current Chrome.' });
	expect(screen.getByRole('main').textContent).toMatch(/navigator\.gpu is missing.*Use a current Chrome/);
	await page.press('Train');
	expect(sent('start')).toHaveLength(0);
	for (const name of ['Step', 'Reset']) {
		expect(button(name).disabled).toBe(true);
		expect(button(name).title).toContain('Training needs WebGPU.');
	}
});

it('lists its keys on ?, place by place', async () => {
	await open();
	await page.keys(document.body, '?');
	const keys = [...screen.getByRole('dialog').querySelectorAll('kbd')].map((key) => key.textContent);
	for (const key of ['Space', 'Delete', 'F2', 'o', 'm', '[', ']', '+', '−']) expect(keys).toContain(key);
});

describe('Share', () => {
	const copied = () => navigator.clipboard.readText();

	it('copies the form as it is, at once, while nothing is measured', async () => {
		await open('#layers=3&v=1');
		await page.press('Share');
		expect(await copied()).toMatch(/\/#layers=3&v=1$/);
		expect(button('Link copied')).toBeTruthy();
	});

	it('offers the measurements of what was trained, though the form has changed since', async () => {
		await open();
		await page.press('Train');
		await page.train('vanilla', 'svformer');
		await page.measure('vanilla-1', 2, { validationLoss: 2 });
		await page.measure('svformer-1', 2, { validationLoss: 1.5 });
		await page.write('Layers', '3');
		await page.press('Share');
		await page.press(screen.getByRole('menuitem', { name: 'Copy link with results' }));
		expect(await copied()).toMatch(
			/\/#v=1&r=validationLoss@2~vanilla,2,,1~svformer,1\.5,,1&runs=1!\S+!vanilla~2~\S+!svformer~2~\S+~1,1\.5,\w+$/,
		);
	});

	it('says that forks and interventions are not in a link with results', async () => {
		await open();
		await page.press('Train');
		await page.train('vanilla', 'svformer');
		await page.measure('vanilla-1', 2, { validationLoss: 2 });
		await page.measure('svformer-1', 2, { validationLoss: 1.5 });
		const copy = async () => {
			await page.press(/^(Share|Link copied)$/);
			await page.press(screen.getByRole('menuitem', { name: 'Copy link with results' }));
			await copied();
			await page.settle();
			return screen.queryByRole('alert')?.textContent ?? '';
		};
		expect(await copy()).toBe('');
		const fork = { ...runInfo('vanilla'), id: 'fork', group: 'fork', fork: { from: 'vanilla-1', step: 2, change: { learningRate: 1e-3 } } };
		await page.say({ type: 'runs', runs: [runInfo('vanilla'), runInfo('svformer'), fork] });
		await act(async () =>
			page.client.interventions.edit(page.client.store.getSnapshot().runs[0], togglePlace('headsOff', { layer: 0, head: 0 })),
		);
		await page.settle();
		expect(await copy()).toBe('Not in the link: the curves of 1 fork and interventions.');
	});

	it('reports what does not fit into a link', async () => {
		await open(`#task=own-text&text=${'abcdefgh'.repeat(200)}&v=1`);
		await page.write('Text', 'abcdefgh'.repeat(4000));
		await page.press('Share');
		expect(screen.getByRole('alert').textContent).toMatch(/32000 characters.*the link leaves it out/);
	});
});

it('shows what a link’s sender saw next to the user’s own answer, until it is dismissed or the form changes', async () => {
	const link = '#layers=3&v=1&r=validationLoss@400~vanilla,1.9,0.02,3~svformer,1.8,0.01,3!nonsense';
	const note = () => screen.queryByText(/The link’s sender saw/)?.parentElement?.textContent ?? '';
	await open(link);
	expect(note()).toContain('After 400 steps, validation loss: 1.900 ± 0.020 in Vanilla and 1.800 ± 0.010 in SVFormer');
	expect(screen.getByText('nonsense')).toBeTruthy();
	await page.write('Layers', '4');
	expect(note()).toBe('');
	await open(link);
	expect(note()).not.toBe('');
	await page.press('Dismiss what the sender saw');
	expect(note()).toBe('');
});

it('reports that the storage is full, and makes room on request', async () => {
	await open();
	const forget = vi.spyOn(page.client, 'forgetOld').mockResolvedValue();
	await act(async () => page.client.store.setStorageFull(true));
	await page.settle();
	expect(screen.getByText(/storage is full/)).toBeTruthy();
	await page.press('Clear old trainings');
	expect(forget).toHaveBeenCalledOnce();
});

describe('Check my GPU', () => {
	const row: OpCheck = {
		op: 'matmul',
		storage: 'float32',
		cases: 12,
		largestError: 1e-6,
		tolerance: 2e-5,
		passed: true,
		worstCase: '[3, 17] × [17, 5]',
	};

	it('shows each op as it is checked, names a failed one, and offers the table as a download', async () => {
		await open();
		await page.say({
			type: 'adapter',
			adapter: { name: 'Some GPU', vendor: 'some', architecture: '', software: false, kernels: 'plain' },
		});
		await page.press('GPU: Some GPU');
		await page.press('Check my GPU');
		const [{ id }, ...others] = page.port.of('checkGpu');
		expect(others).toEqual([]);
		await page.say({ type: 'progress', id, request: 'checkGpu', progress: { done: 1, total: 2, row } });
		const dialog = screen.getByRole('dialog');
		expect(dialog.textContent).toContain('Checking: 1 of 2');
		expect(button('Download CSV').disabled).toBe(true);
		await page.say({
			type: 'answer',
			id,
			request: 'checkGpu',
			answer: [row, { ...row, op: 'rope' }, { ...row, op: 'rope', storage: 'float16', passed: false }],
		});
		expect(within(dialog).getByRole('row', { name: /rope float32 .* pass/ })).toBeTruthy();
		expect(within(dialog).getByRole('row', { name: /rope float16 .* FAIL/ })).toBeTruthy();
		expect(dialog.textContent).toContain('1 op of 2 out of tolerance');
		expect(button('Download CSV').disabled).toBe(false);
	});
});
