/** Steps that tests of the attention panel share: receiving probes, answering requests, pressing keys. */
import { act } from 'react';
import type { Request } from '../../src/session/client/protocol';
import { runInfo } from '../session/client/fakePort';
import { frameOf, lookOf } from './invented';
import type { TestPage } from './render';

type Question = Request<'forwardPass'>;

export interface PanelUser {
	/** Probes of a method's run with seed 1, at these steps. */
	probe(method: string, ...steps: number[]): Promise<void>;
	/** Answers every pending request, and those that follow, as the worker does. */
	answer(): Promise<void>;
	/** The last request. */
	asked(): Question | undefined;
	press(selector: string, key: string): Promise<void>;
}

export function panelUser(page: TestPage): PanelUser {
	let answered = 0;
	const questions = () => page.port.of('forwardPass');
	return {
		async probe(method, ...steps) {
			await act(async () => {
				for (const step of steps) page.port.say({ type: 'frame', frame: frameOf(runInfo(method), step) });
			});
			await page.settle();
		},
		async answer() {
			while (questions().length > answered) {
				const { id, run, text, intervention } = questions()[answered++];
				const look = lookOf(runInfo(run.split('-')[0]), 40, text, intervention);
				await act(async () => page.port.say({ type: 'answer', id, request: 'forwardPass', answer: look }));
				await page.settle();
			}
		},
		asked: () => questions().at(-1),
		press: (selector, key) =>
			act(async () => void page.find(selector).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))),
	};
}
