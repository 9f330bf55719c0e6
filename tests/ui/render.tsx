/** The page on a fake port, for tests in happy-dom. */
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { vi } from 'vitest';
import { LabClient } from '../../src/session/client/client';
import type { Metrics } from '../../src/session/client/protocol';
import { App } from '../../src/ui/App';
import { LabContext } from '../../src/ui/shared/useLab';
import { FakePort, runInfo, stepsEvent } from '../session/client/fakePort';

export interface TestPage {
	port: FakePort;
	client: LabClient;
	root: Root;
	text(selector: string): string;
	find<E extends HTMLElement = HTMLElement>(selector: string): E;
	button(name: string | RegExp): HTMLButtonElement;
	click(element: HTMLElement): Promise<void>;
	/** Types into an input or a text area, or picks in a select, as a user does. */
	type(selector: string, text: string): Promise<void>;
	/** Chooses files by the input of the button whose place holds `selector`. */
	choose(selector: string, ...files: File[]): Promise<void>;
	settle(): Promise<void>;
	/** The worker has compiled, and trains these methods with seed 1. */
	train(...methods: string[]): Promise<void>;
	measure(run: string, step: number, metrics: Metrics): Promise<void>;
}

/** Stubs what happy-dom lacks; call it before each test. */
export function prepare(): void {
	vi.useFakeTimers();
	vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
	// No answer is recorded of any preset: tests that want one say so.
	vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
	vi.stubGlobal('matchMedia', (query: string) => ({
		matches: query.includes('min-width'),
		addEventListener() {},
		removeEventListener() {},
	}));
}

export async function openApp(hash = ''): Promise<TestPage> {
	history.replaceState(null, '', `/${hash}`);
	const port = new FakePort();
	const container = document.createElement('div');
	document.body.replaceChildren(container);
	const root = createRoot(container);
	const client = new LabClient(port);
	const settle = () => act(async () => void vi.advanceTimersByTime(1200));
	await act(async () =>
		root.render(
			<LabContext value={client}>
				<App />
			</LabContext>,
		),
	);
	await settle();
	const find = <E extends HTMLElement>(selector: string): E => {
		const element = document.querySelector<E>(selector);
		if (!element) throw new Error(`the page has no ${selector}`);
		return element;
	};
	return {
		port,
		client,
		root,
		find,
		settle,
		text: (selector) => document.querySelector(selector)?.textContent ?? '',
		button: (name) => {
			const fits = (label: string) => (typeof name === 'string' ? label === name : name.test(label));
			const found = [...document.querySelectorAll('button')].find(
				(element) => fits(element.textContent?.trim() ?? '') || fits(element.getAttribute('aria-label') ?? ''),
			);
			if (!found) throw new Error(`the page has no button ${name}`);
			return found;
		},
		click: (element) => act(async () => element.click()),
		async type(selector, text) {
			const input = find<HTMLInputElement>(selector);
			const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value')?.set;
			await act(async () => {
				setter?.call(input, text);
				input.dispatchEvent(new Event(input.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
			});
			await settle();
		},
		async choose(selector, ...files) {
			const input = find<HTMLInputElement>(`${selector} input[type=file]`);
			Object.defineProperty(input, 'files', { configurable: true, value: files });
			await act(async () => void input.dispatchEvent(new Event('change', { bubbles: true })));
			// Reading files takes real turns of the event loop.
			for (let i = 0; i < 20; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(1)));
			await settle();
		},
		async train(...methods) {
			await act(async () => {
				port.say({ type: 'runs', runs: methods.map((method) => runInfo(method, 1, method)) });
				port.say({ type: 'state', state: 'running' });
				for (const method of methods) port.say(stepsEvent(`${method}-1`, 0, [4, 3]));
			});
			await settle();
		},
		async measure(run, step, metrics) {
			await act(async () => port.say({ type: 'metrics', run, step, metrics }));
			await settle();
		},
	};
}

/** Takes the page away and puts the globals back; call it after each test. */
export async function closeApp(page: TestPage | null): Promise<void> {
	await act(async () => page?.root.unmount());
	vi.unstubAllGlobals();
	vi.useRealTimers();
}
