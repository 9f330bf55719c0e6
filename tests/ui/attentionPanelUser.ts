/** Steps that tests of the attention panel share: receiving probes, answering requests, and finding the panel's parts. */
import { screen, within } from '@testing-library/react';
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
	};
}

/** The columns, one per run shown. */
export const columns = () => screen.getAllByRole('region', { name: /^Attention of / });

/** The open map of a column, the first unless given. */
export const map = (column = 0) => within(columns()[column]).getByRole('application', { name: /^Attention map of / });

/** What a screen reader says of the map: the run, the chosen cell and its value. */
export const mapText = (column = 0) => map(column).getAttribute('aria-label') ?? '';

/** The thumbnail of a layer and head, from 1, in the first column. */
export const thumbnail = (layer: number, head: number) =>
	within(columns()[0]).getByRole('button', { name: new RegExp(`^Layer ${layer}, head ${head}`) });

/** The step of the first column's map, such as `step 40`. */
export const stepShown = () => within(columns()[0]).getByText(/^step /).textContent;

export const scrubber = () => screen.getByRole('slider', { name: 'Step' });

/** The text next to the scrubber: the step, or why it can't be moved. */
export const scrubberText = () => within(scrubber().parentElement as HTMLElement).getByRole('status').textContent;
