/**
 * The page on a fake port, for tests in happy-dom. Tests find elements as users do, by role and name (`screen` of Testing Library),
 * and act on them through `user`.
 */

import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { vi } from 'vitest';
import type { Metrics } from '../../src/experiment/records/metrics';
import { LabClient } from '../../src/session/client/client';
import type { Event } from '../../src/session/client/protocol';
import { App } from '../../src/ui/App';
import { KeepPage } from '../../src/ui/KeepPage';
import { loadDialogs } from '../../src/ui/shared/dialogScripts';
import { LabContext } from '../../src/ui/shared/useLab';
import { FakePort, runInfo, stepsEvent } from '../session/client/fakePort';

export interface TestPage {
	port: FakePort;
	client: LabClient;
	user: UserEvent;
	/** Presses a button or ticks a box, given as element or name. */
	press(control: Element | string | RegExp): Promise<void>;
	/** Replaces the text of a field, given as element or label. */
	write(field: Element | string, text: string): Promise<void>;
	/** Picks an option of a list, given as element or label, by the option's value or text. */
	pick(list: Element | string, option: string): Promise<void>;
	/** Moves a slider, or opens or closes `<details>`: Testing Library's `user` can do neither. */
	slide(slider: Element, value: string): Promise<void>;
	/** Chooses files with the button of this name. */
	upload(button: string, ...files: File[]): Promise<void>;
	/** Presses keys on an element; names as in `user.keyboard`, such as `{ArrowUp}`. */
	keys(target: Element, keys: string): Promise<void>;
	/** Events of the worker. */
	say(...events: Event[]): Promise<void>;
	/** Lets the client publish what the worker sent, at its slowest rate, and React draw it. */
	settle(): Promise<void>;
	/** The worker has compiled, and trains these methods with seed 1. */
	train(...methods: string[]): Promise<void>;
	measure(run: string, step: number, metrics: Metrics): Promise<void>;
}

// A dialog whose script is there opens within the turn of its click.
await loadDialogs();

/** Longer texts are pasted: a user would not type them either. */
const TYPED = 40;

/** Stubs what happy-dom lacks; call it before each test. */
export function prepare(): void {
	vi.useFakeTimers();
	// Testing Library advances fake timers between events if it finds them under this name.
	vi.stubGlobal('jest', vi);
	vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
	// No preset has a recorded answer, unless a test adds one.
	vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
	vi.stubGlobal('matchMedia', (query: string) => ({
		matches: query.includes('min-width'),
		addEventListener() {},
		removeEventListener() {},
	}));
}

/** Opens the default experiment, or the experiment of this hash. The page without a hash opens the first question. */
export async function openApp(hash = '#v=1'): Promise<TestPage> {
	cleanup();
	history.replaceState(null, '', `/${hash}`);
	const port = new FakePort();
	const client = new LabClient(port, undefined, () => new FakePort());
	const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime, applyAccept: false, pointerEventsCheck: 0 });
	const settle = () => act(async () => void vi.advanceTimersByTime(1200));
	render(
		<LabContext value={client}>
			<KeepPage>
				<App />
			</KeepPage>
		</LabContext>,
	);
	await settle();
	const control = (named: Element | string | RegExp) =>
		typeof named === 'string' || named instanceof RegExp ? screen.getByRole('button', { name: named }) : named;
	const labelled = (field: Element | string) => (typeof field === 'string' ? screen.getByLabelText(field) : field);
	const upload = async (input: Element | null, files: File[]) => {
		if (!(input instanceof HTMLInputElement)) throw new Error('the page has no such file input');
		await user.upload(input, files);
		// Reading files takes real time in the event loop.
		for (let i = 0; i < 20; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(1)));
		await settle();
	};
	return {
		port,
		client,
		user,
		settle,
		async press(named) {
			await user.click(control(named));
			await settle();
		},
		async write(named, text) {
			const field = labelled(named);
			await user.click(field);
			await user.clear(field);
			if (text.length > TYPED) await user.paste(text);
			else if (text !== '') await user.keyboard(text.replace(/[{[]/g, '$&$&'));
			await settle();
		},
		async pick(named, option) {
			await user.selectOptions(labelled(named), option);
			await settle();
		},
		async slide(slider, value) {
			fireEvent.change(slider, { target: { value } });
			await settle();
		},
		upload: (button, ...files) =>
			upload(screen.getByRole('button', { name: button }).parentElement?.querySelector('input[type=file]') ?? null, files),
		async keys(target, keys) {
			await act(async () => (target as HTMLElement).focus());
			await user.keyboard(keys);
			await settle();
		},
		async say(...events) {
			await act(async () => {
				for (const event of events) port.say(event);
			});
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

/** Removes the page and restores the globals; call it after each test. */
export function closeApp(): void {
	cleanup();
	vi.unstubAllGlobals();
	vi.useRealTimers();
}

/** The section of the page with this name. */
export const region = (name: string | RegExp) => within(screen.getByRole('region', { name }));
