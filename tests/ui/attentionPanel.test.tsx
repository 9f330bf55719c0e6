// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runInfo } from '../session/client/fakePort';
import { columns, map, mapText, type PanelUser, panelUser, scrubber, scrubberText, stepShown, thumbnail } from './attentionPanelUser';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
let { probe, answer, asked } = {} as PanelUser;
beforeEach(async () => {
	prepare();
	page = await openApp();
	({ probe, answer, asked } = panelUser(page));
	await page.train('vanilla', 'resformer');
});
afterEach(closeApp);

const sinks = () => screen.getAllByRole('application', { name: /^Sink rate of / })[0];
const press = (keys: string) => page.keys(map(), keys);

describe('the open map', () => {
	it('names the cell chosen with the arrow keys and its value, until Escape unlocks it', async () => {
		await probe('vanilla', 0);
		await press('{ArrowUp}');
		expect(mapText()).toMatch(/Attention map of vanilla, layer 2, head 1: from “.” \(63\) to “<s>” \(1\): 0\.\d{3}\./);
		const [, value] = /: (0\.\d{3})\./.exec(mapText()) ?? [];
		expect(within(columns()[0]).getAllByText(value)[0].tagName).toBe('STRONG');
		await press('{Escape}');
		expect(mapText()).toMatch(/, layer 2, head 1\. Arrow/);
	});

	it('is the layer and head whose thumbnail is pressed', async () => {
		await probe('vanilla', 0);
		await page.press(thumbnail(3, 2));
		expect(thumbnail(3, 2).getAttribute('aria-pressed')).toBe('true');
		expect(thumbnail(2, 1).getAttribute('aria-pressed')).toBe('false');
		expect(mapText()).toContain('layer 3, head 2');
	});

	it('is enlarged by Enter, on the same cell, with the row as a table', async () => {
		await probe('vanilla', 0);
		await press('{ArrowRight}');
		await press('{Enter}');
		await page.settle();
		const dialog = within(screen.getByRole('dialog', { name: 'Attention' }));
		expect(dialog.getByRole('status').textContent).toContain('(64)');
		const numbers = dialog.getByText('This row as a table').closest('details') as HTMLDetailsElement;
		await act(async () => {
			numbers.open = true;
			numbers.dispatchEvent(new Event('toggle'));
		});
		expect(within(numbers).getAllByRole('row')).toHaveLength(1 + 64);
	});

	it('shows what is moved, or rows without the first token, and so do its legend, the enlarged map and the table', async () => {
		await probe('vanilla', 200);
		await press('{ArrowUp}');
		const attention = Number(/: (0\.\d{3})\./.exec(mapText())?.[1]);
		await page.pick('Show', 'moved');
		const moved = within(columns()[0]).getByRole('application', { name: /^Map of attention times ‖v′‖ of vanilla/ });
		const [, value] = /: ([\d.]+)\. Arrow/.exec(moved.getAttribute('aria-label') ?? '') ?? [];
		// The invented ‖v′₁‖ is 0.8 at step 200.
		expect(Number(value)).toBeCloseTo(0.8 * attention, 2);
		expect(within(columns()[0]).getByRole('img', { name: /^Colour scale of attention times ‖v′‖, from 0/ })).toBeTruthy();

		await page.keys(moved, '{Enter}');
		await page.settle();
		const dialog = within(screen.getByRole('dialog', { name: 'Attention' }));
		expect(dialog.getByRole('status').textContent).toContain(value);
		const numbers = dialog.getByText('This row as a table').closest('details') as HTMLDetailsElement;
		await act(async () => {
			numbers.open = true;
			numbers.dispatchEvent(new Event('toggle'));
		});
		const table = () => within(within(numbers).getByRole('table'));
		const first = () => table().getAllByRole('row')[1].lastElementChild?.textContent;
		expect(table().getByRole('columnheader', { name: 'Attention times ‖v′‖' })).toBeTruthy();
		expect(first()).toBe(value);
		await page.pick(dialog.getByRole('combobox', { name: 'Show' }), 'withoutFirst');
		expect(table().getByRole('columnheader', { name: 'Attention without the first token' })).toBeTruthy();
		expect(first()).toBe('–');
		expect(dialog.getByRole('status').textContent).toMatch(/: –$/);
	});

	it('of a method with a sink logit shows what a row gives it, as a column and in numbers', async () => {
		const column = () => within(columns()[0]);
		await probe('vanilla', 0);
		const bar = (within: ReturnType<typeof column>) => within.queryByRole('img', { name: /^Sink logit: 0\.\d{3} of a row on average$/ });
		expect(column().queryByRole('button', { name: /^sink logit/ })).toBeNull();
		expect(bar(column())).toBeNull();
		await page.train('sink:learned');
		await probe('sink:learned', 0);
		const mean = column().getByRole('button', { name: /^sink logit 0\.\d{3} on average$/ }).textContent ?? '';
		expect(bar(column())?.getAttribute('aria-label')).toContain(/0\.\d{3}/.exec(mean)?.[0]);
		await press('{ArrowRight}');
		const [, share] = /^sink logit (0\.\d{3})$/.exec(column().getByRole('button', { name: /^sink logit/ }).textContent ?? '') ?? [];
		await press('{Enter}');
		await page.settle();
		const dialog = within(screen.getByRole('dialog', { name: 'Attention' }));
		expect(dialog.getByText(/^This row sums to/).textContent).toBe(
			`This row sums to ${(1 - Number(share)).toFixed(3)}. The sink logit takes the other ${share}.`,
		);
		const numbers = dialog.getByText('This row as a table').closest('details') as HTMLDetailsElement;
		await act(async () => {
			numbers.open = true;
			numbers.dispatchEvent(new Event('toggle'));
		});
		expect(within(numbers).getAllByRole('row').at(-1)?.textContent).toBe(`–sink logit${share}`);
		await page.pick(dialog.getByRole('combobox', { name: 'Show' }), 'moved');
		expect(bar(column()), 'a sink logit has no value to move').toBeNull();
	});

	it('offers only runs that are shown', async () => {
		await probe('vanilla', 0);
		await act(async () => page.client.store.show(['vanilla-1'], false));
		await page.settle();
		expect(
			within(screen.getByLabelText('Run shown'))
				.getAllByRole('option')
				.map(({ textContent }) => textContent),
		).toEqual(['resformer']);
	});
});

describe('the time scrubber', () => {
	it('keeps an earlier probe while training continues, and follows training again at its end', async () => {
		await probe('vanilla', 0, 20, 40);
		expect(stepShown()).toBe('step 40');
		await page.slide(scrubber(), '1');
		expect(stepShown()).toBe('step 20');
		await probe('vanilla', 60);
		expect(stepShown()).toBe('step 20');
		await page.press('Latest');
		await probe('vanilla', 80);
		expect(stepShown()).toBe('step 80');
	});

	it('steps back and forth with [ and ], but not while the user types', async () => {
		await probe('vanilla', 0, 20, 40);
		await page.keys(document.body, '[[');
		expect(scrubberText()).toBe('step 20');
		await page.keys(screen.getByLabelText('Own text'), '[[');
		expect(scrubberText()).toBe('step 20');
		await page.keys(document.body, ']');
		expect(scrubberText()).toBe('latest, step 40');
	});

	it('plays the recorded steps from the first to the latest', async () => {
		await probe('vanilla', 0, 20, 40);
		await page.user.click(screen.getByRole('button', { name: 'Play the recorded steps' }));
		expect(scrubberText()).toBe('step 0');
		for (const text of ['step 20', 'latest, step 40']) {
			await page.settle();
			expect(scrubberText()).toBe(text);
		}
	});

	it('plays few steps slowly enough to be seen, and shows where they are in every chart', async () => {
		await probe('vanilla', 0, 1);
		const play = screen.getByRole('button', { name: 'Play the recorded steps' });
		await page.measure('vanilla-1', 2, { sinkAttention: [0.1, 0.2, 0.3, 0.4] });
		const cursor = () => screen.getByText(/(at|to) step \d+$/).textContent ?? '';
		await page.user.click(play);
		expect(cursor()).toMatch(/at step 0$/);
		await act(async () => void vi.advanceTimersByTime(700));
		expect(scrubberText(), 'each step stays for a while').toBe('step 0');
		await page.settle();
		expect(scrubberText()).toBe('latest, step 1');
		expect(play.getAttribute('aria-pressed'), 'the last step is shown for as long').toBe('true');
		expect(cursor()).toMatch(/at step 1$/);
		await page.settle();
		expect(play.getAttribute('aria-pressed')).toBe('false');
		expect(cursor()).toMatch(/to step/);
	});

	it('opens a map at the layer, head and step where its sink appeared', async () => {
		await probe('vanilla', 0, 100, 200);
		await page.press('Sinks over training');
		await page.keys(sinks(), '{ArrowDown}{ArrowLeft}');
		expect(sinks().getAttribute('aria-label')).toContain('layer 2, head 2, step 100');
		await page.keys(sinks(), '{Enter}');
		expect(mapText()).toContain('layer 2, head 2');
		expect(stepShown()).toBe('step 100');
	});

	it('reports that no head has a sink', async () => {
		await probe('vanilla', 0);
		await page.press('Sinks over training');
		expect(sinks().getAttribute('aria-label')).toContain('no sink yet');
	});
});

describe('an own text', () => {
	it('has an example that the models can read', async () => {
		page = await openApp('#sequenceLength=12&v=1');
		({ probe, answer, asked } = panelUser(page));
		const run = runInfo('vanilla');
		await page.say({ type: 'runs', runs: [{ ...run, experiment: { ...run.experiment, sequenceLength: 12 } }] });
		await probe('vanilla', 0);
		expect(screen.getByLabelText<HTMLInputElement>('Own text').placeholder).toBe('the whale');
	});

	it('is read by the latest models, until the task’s own sequence is chosen again', async () => {
		await probe('vanilla', 0, 20);
		await answer();
		await page.write('Own text', 'whale');
		await page.press('Read');
		expect(asked()?.text).toBe('whale');
		await answer();
		await press('{ArrowUp}');
		expect(mapText()).toContain('from “l” (5)');
		expect(scrubberText()).toContain('your text');
		await page.press('Task’s own');
		await page.settle();
		await press('{End}');
		await press('{PageDown}');
		expect(mapText()).toMatch(/from “.” \(15\)/);
	});

	it('with unknown characters stays in its field, with the reason next to it', async () => {
		await probe('vanilla', 0);
		await answer();
		await page.write('Own text', 'µm');
		await page.press('Read');
		await act(async () =>
			page.port.say({
				type: 'failed',
				id: asked()?.id ?? 0,
				message: "the text's character `µ` (U+00B5) is not in the model's vocabulary",
			}),
		);
		expect(screen.getByRole('alert').textContent).toContain('U+00B5');
		expect(screen.getByLabelText<HTMLInputElement>('Own text').value).toBe('µm');
		expect(stepShown(), 'the maps stay').toBe('step 0');
	});
});
