// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import { columns, map, mapText, type PanelUser, panelUser, thumbnail } from './attentionPanelUser';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
let { probe, answer, asked } = {} as PanelUser;
beforeEach(async () => {
	prepare();
	page = await openApp();
	({ probe, answer, asked } = panelUser(page));
});
afterEach(closeApp);

const panel = () => region(/^Interventions on /);
const button = (name: string) => panel().getByRole<HTMLButtonElement>('button', { name });
/** The loss, original and changed. */
const effect = () => panel().getByText(/^Loss /).textContent;

const open = async (...methods: string[]) => {
	await page.train(...methods);
	for (const method of methods) await probe(method, 0);
	await answer();
};
describe('an intervention', () => {
	it('masks the key under the cell, and shows loss and attention next to the original ones', async () => {
		await open('vanilla');
		await page.keys(map(), '{ArrowUp}m');
		expect(asked()).toMatchObject({
			run: 'vanilla-1',
			text: null,
			intervention: { ...NO_INTERVENTION, maskedKeys: [{ key: 0, layer: null }] },
		});
		await answer();
		expect(mapText()).toMatch(/: 0\.\d{3} → 0\./);
		expect(effect()).toMatch(/Loss \d\.\d{3} → \d\.\d{3} \(\+0\.100\)/);
		expect(panel().getByRole('columnheader', { name: 'changed' })).toBeTruthy();
	});

	it('is reset as a whole, which restores the original numbers', async () => {
		await open('vanilla');
		const before = effect();
		await page.keys(thumbnail(2, 1), 'o');
		await answer();
		await page.press(/^Mask/);
		expect(asked()?.intervention).toMatchObject({ headsOff: [{ layer: 1, head: 0 }], maskedKeys: [{ key: 0, layer: null }] });
		await answer();
		expect(effect()).not.toBe(before);
		await page.press('Reset all');
		expect(asked()?.intervention).toEqual(NO_INTERVENTION);
		expect(effect()).toBe(before);
		expect(button('Reset all').disabled).toBe(true);
	});

	it('is requested again with every probe of its run while training continues', async () => {
		await open('vanilla');
		await page.keys(thumbnail(2, 1), 'o');
		await answer();
		const count = page.port.of('forwardPass').length;
		await probe('vanilla', 20);
		expect(page.port.of('forwardPass')).toHaveLength(count + 1);
		expect(asked()?.intervention.headsOff).toHaveLength(1);
	});

	it('belongs to its run, and not to a later one with the same name', async () => {
		await open('vanilla', 'resformer');
		await page.keys(thumbnail(2, 1), 'o');
		await answer();
		await page.pick('Run shown', 'resformer');
		await answer();
		expect(button('Reset all').disabled).toBe(true);
		await page.pick('Run shown', 'vanilla');
		await answer();
		expect(button('Reset all').disabled).toBe(false);
		await act(async () => page.client.start(defaultExperiment()));
		await page.settle();
		await open('vanilla');
		expect(asked()?.intervention).toEqual(NO_INTERVENTION);
		expect(button('Reset all').disabled).toBe(true);
	});

	it('waits while an earlier step is shown', async () => {
		await open('vanilla');
		await probe('vanilla', 20);
		await page.keys(thumbnail(2, 1), 'o');
		await page.keys(map(), '{ArrowUp}m');
		await answer();
		const marks = () => columns()[0].querySelectorAll('.masked-mark').length;
		expect(marks()).toBe(1);
		expect(thumbnail(2, 1).getAttribute('aria-label')).toContain('switched off');
		await page.keys(document.body, '[[');
		expect(marks(), 'marks of what does not act on this map').toBe(0);
		expect(thumbnail(2, 1).getAttribute('aria-label')).not.toContain('switched off');
		expect(panel().getByText(/^Interventions work at the latest step/)).toBeTruthy();
		const count = page.port.of('forwardPass').length;
		await page.keys(thumbnail(2, 1), 'o');
		expect(page.port.of('forwardPass')).toHaveLength(count);
	});
});

describe('two runs side by side', () => {
	beforeEach(async () => {
		// Sizes are unknown without a layout: the page is opened again with room for two columns.
		closeApp();
		prepare();
		vi.stubGlobal(
			'ResizeObserver',
			class {
				constructor(private readonly changed: (entries: { contentRect: { width: number; height: number } }[]) => void) {}
				observe() {
					this.changed([{ contentRect: { width: 900, height: 400 } }]);
				}
				disconnect() {}
			},
		);
		page = await openApp();
		({ probe, answer, asked } = panelUser(page));
	});

	it('are changed one at a time, or all together on request', async () => {
		await open('vanilla', 'resformer');
		expect(columns()).toHaveLength(2);
		await page.keys(thumbnail(2, 1), 'o');
		await answer();
		const changed = () => new Map(page.port.of('forwardPass').map(({ run, intervention }) => [run, intervention.headsOff.length]));
		expect(changed().get('resformer-1') ?? 0).toBe(0);
		await page.press(panel().getByRole('checkbox', { name: 'all runs shown' }));
		await answer();
		expect(changed().get('resformer-1')).toBe(1);
		await page.press('Reset all');
		await answer();
		expect([...changed().values()]).toEqual([0, 0]);
	});

	it('are the same run, original and changed, if that is chosen', async () => {
		await open('vanilla', 'resformer');
		await page.keys(map(), '{ArrowUp}m');
		await answer();
		await page.pick('Maps', 'both, side by side');
		expect(columns().map((column) => column.getAttribute('aria-label'))).toEqual([
			'Attention of vanilla, original',
			'Attention of vanilla, changed',
		]);
		expect(mapText(0)).toMatch(/: 0\.\d{3}\./);
		expect(mapText(1)).toContain(': 0. ');
		expect(columns().flatMap((column) => within(column).getAllByText('×'))).toHaveLength(2);
	});
});

describe('λ', () => {
	it('is set by its slider or its number, and training continues with it', async () => {
		await open('resformer');
		await page.slide(screen.getByRole('slider', { name: 'layer 2 λ₁' }), '1.5');
		expect(asked()?.intervention.lambdas).toEqual([{ layer: 1, index: 0, value: 1.5 }]);
		await page.write('layer 3 λ₂ as a number', '0.25');
		await answer();
		await page.press('Continue training with these λ');
		expect(page.port.of('setLambdas')).toEqual([
			{
				type: 'setLambdas',
				run: 'resformer-1',
				lambdas: [
					{ layer: 1, index: 0, value: 1.5 },
					{ layer: 2, index: 1, value: 0.25 },
				],
			},
		]);
		expect(asked()?.intervention, 'they are the model’s own now').toEqual(NO_INTERVENTION);
	});

	it('that is half typed changes nothing', async () => {
		await open('resformer');
		const count = page.port.of('forwardPass').length;
		const field = screen.getByLabelText<HTMLInputElement>('layer 2 λ₁ as a number');
		await page.write('layer 2 λ₁ as a number', '-');
		expect(field.getAttribute('aria-invalid')).toBe('true');
		expect(field.value).toBe('-');
		expect(page.port.of('forwardPass')).toHaveLength(count);
	});

	it('is tried on vanilla in one forward pass, and the panel explains how to train with it', async () => {
		await open('vanilla');
		await page.slide(screen.getByRole('slider', { name: 'layer 2 λ₁' }), '1');
		await answer();
		expect(panel().getByText(/fork the run as ResFormer constant/)).toBeTruthy();
		expect(panel().queryByRole('button', { name: 'Continue training with these λ' })).toBeNull();
	});
});
