// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabClient } from '../../src/session/client/client';
import { App } from '../../src/ui/App';
import { LabContext } from '../../src/ui/shared/useLab';
import { FakePort, runInfo, stepsEvent } from '../session/client/fakePort';

let port: FakePort;
let client: LabClient;
let root: Root;
const page = () => document.body;
const button = (name: string) =>
	[...page().querySelectorAll('button')].find((element) => element.textContent?.trim() === name) as HTMLButtonElement;
const field = (name: string) => page().querySelector(`#field-${name}`) as HTMLInputElement;

/** Lets the client publish what the worker said, at its longest pace, and React draw it. */
const settle = () => act(async () => vi.advanceTimersByTime(1200));

async function open(hash = ''): Promise<void> {
	history.replaceState(null, '', `/${hash}`);
	port = new FakePort();
	const container = document.createElement('div');
	document.body.replaceChildren(container);
	root = createRoot(container);
	client = new LabClient(port);
	await act(async () =>
		root.render(
			<LabContext value={client}>
				<App />
			</LabContext>,
		),
	);
	await settle();
}

/** Types into a field as a user does. */
async function type(name: string, text: string): Promise<void> {
	const input = field(name);
	const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value')?.set;
	await act(async () => {
		setter?.call(input, text);
		input.dispatchEvent(new Event('input', { bubbles: true }));
	});
	await settle();
}

const press = (key: string, target: EventTarget = document.body) =>
	act(async () => void target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));

/** The worker has compiled, and trains two runs. */
async function training(): Promise<void> {
	await act(async () => {
		port.say({ type: 'runs', runs: [runInfo('vanilla', 1, 'Vanilla'), runInfo('svformer', 1, 'SVFormer')] });
		port.say({ type: 'state', state: 'running' });
		port.say(stepsEvent('vanilla-1', 0, [4, 3]));
		port.say(stepsEvent('svformer-1', 0, [4, 3]));
	});
	await settle();
}

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
	vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
	vi.stubGlobal('matchMedia', (query: string) => ({
		matches: query.includes('min-width'),
		addEventListener() {},
		removeEventListener() {},
	}));
});
afterEach(async () => {
	await act(async () => root.unmount());
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

describe('the address', () => {
	it('restores the experiment that it holds', async () => {
		await open('#task=backcopy&methods=vanilla,resformer:learnable&layers=3&v=1');
		expect(field('layers').value).toBe('3');
		expect(field('task').value).toBe('backcopy');
		expect([...page().querySelectorAll<HTMLInputElement>('.method input')].filter((box) => box.checked)).toHaveLength(2);
	});

	it('follows the form, and is empty for the defaults', async () => {
		await open();
		await type('layers', '6');
		expect(location.hash).toBe('#layers=6&v=1');
		await type('layers', '4');
		expect(location.hash).toBe('');
	});

	it('names each bad field and falls back to its default', async () => {
		await open('#layers=99&colour=blue');
		expect(field('layers').value).toBe('4');
		const notice = page().querySelector('.notices')?.textContent ?? '';
		expect(notice).toContain('2 fields');
		expect(notice).toContain('layers must be a whole number from 1 to 32');
		expect(notice).toContain('colour');
	});

	it('is read again when it changes by hand', async () => {
		await open();
		history.replaceState(null, '', '/#layers=7&v=1');
		await act(async () => void dispatchEvent(new Event('hashchange')));
		expect(field('layers').value).toBe('7');
	});
});

describe('the form', () => {
	it('says limits beside the field, keeps what was typed, and holds Train back', async () => {
		await open();
		await type('layers', '0');
		expect(field('layers').value).toBe('0');
		expect(field('layers').getAttribute('aria-invalid')).toBe('true');
		expect(page().querySelector('#error-layers')?.textContent).toContain('from 1 to 32');
		await act(async () => button('Train').click());
		expect(port.of('start')).toHaveLength(0);
	});

	it('asks what the experiment would cost, once the typing rests', async () => {
		await open();
		const before = port.of('estimate').length;
		await type('hiddenSize', '128');
		expect(
			port
				.of('estimate')
				.slice(before)
				.map((command) => command.experiment.hiddenSize),
		).toEqual([128]);
	});
});

describe('training', () => {
	it('starts what the form says, and shows the steps', async () => {
		await open('#layers=2');
		await act(async () => button('Train').click());
		expect(port.of('start')[0].experiment.layers).toBe(2);
		await training();
		expect(page().querySelector('.step-counter')?.textContent).toContain('Step 2 of 400');
		expect(page().querySelector('.runs tbody')?.textContent).toContain('SVFormer');
		expect(page().querySelector('.sentence')?.textContent).toContain('one seed');
	});

	it('pauses and resumes with Space, but not from a field', async () => {
		await open();
		await press(' ');
		expect(port.of('start')).toHaveLength(1);
		await training();
		await press(' ', field('layers'));
		expect(port.of('pause')).toHaveLength(0);
		await press(' ');
		expect(port.of('pause')).toHaveLength(1);
		await act(async () => port.say({ type: 'state', state: 'paused' }));
		await settle();
		await press(' ');
		expect(port.of('resume')).toHaveLength(1);
	});

	it('offers Train again when the form no longer is what trains, and Pause beside it', async () => {
		await open();
		await act(async () => button('Train').click());
		await training();
		expect(button('Pause').className).toBe('loud');
		await type('layers', '6');
		expect(button('Train').className).toBe('loud');
		await act(async () => button('Pause').click());
		expect(port.of('pause')).toHaveLength(1);
	});

	it('watches the runs whose maps it shows, and resets', async () => {
		await open();
		await act(async () => button('Train').click());
		await training();
		await act(async () => button('Reset').click());
		expect(port.of('reset')).toHaveLength(1);
		await act(async () => {
			port.say({ type: 'runs', runs: [] });
			port.say({ type: 'state', state: 'idle' });
		});
		await settle();
		expect(page().querySelector('.runs tbody')?.textContent).toContain('will be listed here');
	});

	it('names the run and the step where a loss was no number', async () => {
		await open();
		await act(async () => button('Train').click());
		await training();
		await act(async () => port.say({ type: 'diverged', run: 'svformer-1', step: 2 }));
		await settle();
		expect(page().querySelector('.notices')?.textContent).toMatch(/SVFormer, seed 1, stopped at step 2.*other runs go on/);
	});
});

it('without WebGPU says why and what to do, and cannot train', async () => {
	await open();
	await act(async () => port.say({ type: 'unavailable', reason: 'navigator.gpu is missing.', advice: 'Use a current Chrome.' }));
	await settle();
	expect(page().querySelector('main')?.textContent).toMatch(/navigator\.gpu is missing.*Use a current Chrome/);
	await act(async () => button('Train').click());
	expect(port.of('start')).toHaveLength(0);
});

it('lists its keys on ?, place by place', async () => {
	await open();
	await press('?');
	const keys = [...page().querySelectorAll('dialog kbd')].map((key) => key.textContent);
	for (const key of ['Space', 'Delete', 'F2', 'o', 'm', '[ ]', '+ −']) expect(keys).toContain(key);
});

describe('Share', () => {
	const copied = () => (navigator.clipboard.writeText as ReturnType<typeof vi.fn>).mock.lastCall?.[0] as string;
	beforeEach(() => void vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: vi.fn(async () => {}) } }));

	it('copies the form as it stands, at once, while nothing is measured', async () => {
		await open('#layers=3&v=1');
		await act(async () => button('Share').click());
		expect(copied()).toMatch(/\/#layers=3&v=1$/);
		expect(button('Link copied')).toBeTruthy();
	});

	it('offers what was measured of what was trained, though the form is another by now', async () => {
		await open();
		await act(async () => button('Train').click());
		await training();
		await act(async () => port.say({ type: 'metrics', run: 'vanilla-1', step: 2, metrics: { validationLoss: 2 } }));
		await act(async () => port.say({ type: 'metrics', run: 'svformer-1', step: 2, metrics: { validationLoss: 1.5 } }));
		await settle();
		await type('layers', '3');
		await act(async () => button('Share').click());
		await act(async () => button('Copy link with results').click());
		expect(copied()).toMatch(/\/#r=validationLoss@2~vanilla,2,,1~svformer,1\.5,,1$/);
	});

	it('says what a link has no room for', async () => {
		await open(`#task=own-text&text=${'abcdefgh'.repeat(200)}&v=1`);
		await type('text', 'abcdefgh'.repeat(4000));
		await act(async () => button('Share').click());
		expect(page().querySelector('.share-details')?.textContent).toMatch(/32000 characters.*the link goes without it/);
	});
});

it('shows what the sender of a link saw beside one’s own, until it is dismissed or the form is another', async () => {
	const link = '#layers=3&v=1&r=validationLoss@400~vanilla,1.9,0.02,3~svformer,1.8,0.01,3!nonsense';
	await open(link);
	const note = () => page().querySelector('.seen-note')?.textContent ?? '';
	expect(note()).toContain(
		'The link’s sender saw: After 400 steps, validation loss: 1.900 ± 0.020 in Vanilla and 1.800 ± 0.010 in SVFormer',
	);
	expect(page().querySelector('.notices')?.textContent).toContain('nonsense');
	await type('layers', '4');
	expect(note()).toBe('');
	await act(async () => root.unmount());
	await open(link);
	await act(async () => (page().querySelector('.seen-note button') as HTMLButtonElement).click());
	expect(note()).toBe('');
});

it('says that the storage is full, and makes room on request', async () => {
	await open();
	const forget = vi.spyOn(client, 'forgetOld').mockResolvedValue();
	await act(async () => client.store.setStorageFull(true));
	await settle();
	expect(page().querySelector('.notices')?.textContent).toContain('storage is full');
	await act(async () => button('Clear old trainings').click());
	expect(forget).toHaveBeenCalledOnce();
});

describe('Check my GPU', () => {
	const row = { op: 'matmul', cases: 12, largestError: 1e-6, tolerance: 2e-5, passed: true, worstCase: '[3, 17] × [17, 5]' };

	it('shows each op as it is checked, names a failed one, and offers the table to keep', async () => {
		await open();
		await act(async () =>
			port.say({ type: 'adapter', adapter: { name: 'Some GPU', vendor: 'some', architecture: '', software: false, kernels: 'plain' } }),
		);
		await settle();
		await act(async () => (page().querySelector('.adapter') as HTMLButtonElement).click());
		await act(async () => button('Check my GPU').click());
		const [{ id }, ...others] = port.of('checkGpu');
		expect(others).toEqual([]);
		await act(async () => port.say({ type: 'progress', id, request: 'checkGpu', progress: { done: 1, total: 2, row } }));
		await settle();
		expect(page().querySelector('dialog')?.textContent).toContain('1 of 2 ops');
		expect(button('Download CSV').disabled).toBe(true);
		await act(async () => port.say({ type: 'answer', id, request: 'checkGpu', answer: [row, { ...row, op: 'rope', passed: false }] }));
		await settle();
		expect(page().querySelector('dialog .failed')?.textContent).toContain('rope');
		expect(page().querySelector('dialog')?.textContent).toContain('1 op of 2 out of tolerance');
		expect(button('Download CSV').disabled).toBe(false);
	});
});
