// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import { type PanelUser, panelUser } from './attentionPanelUser';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
let { probe, answer, asked, press } = {} as PanelUser;
beforeEach(async () => {
	prepare();
	page = await openApp();
	({ probe, answer, asked, press } = panelUser(page));
});
afterEach(closeApp);

const open = async (...methods: string[]) => {
	await page.train(...methods);
	for (const method of methods) await probe(method, 0);
	await answer();
};
describe('an intervention', () => {
	it('masks the key under the cell, and shows loss and attention next to the original ones', async () => {
		await open('vanilla');
		await press('.large-map', 'ArrowUp');
		await press('.large-map', 'm');
		expect(asked()).toMatchObject({
			run: 'vanilla-1',
			text: null,
			intervention: { ...NO_INTERVENTION, maskedKeys: [{ key: 0, layer: null }] },
		});
		await answer();
		expect(page.text('.column-value')).toMatch(/^0\.\d{3} → 0$/);
		expect(page.text('.outcome')).toMatch(/Loss \d\.\d{3} → \d\.\d{3} \(\+0\.100\)/);
		expect(page.text('.next-tokens thead')).toContain('changed');
	});

	it('is reset as a whole, which restores the original numbers', async () => {
		await open('vanilla');
		const before = page.text('.outcome');
		await press('.thumb', 'o');
		await answer();
		await page.click(page.button(/^Mask/));
		expect(asked()?.intervention).toMatchObject({ headsOff: [{ layer: 1, head: 0 }], maskedKeys: [{ key: 0, layer: null }] });
		await answer();
		expect(page.text('.outcome')).not.toBe(before);
		await page.click(page.button('Reset all'));
		expect(asked()?.intervention).toEqual(NO_INTERVENTION);
		expect(page.text('.outcome')).toBe(before);
		expect(page.button('Reset all').disabled).toBe(true);
	});

	it('is requested again with every probe of its run while training continues', async () => {
		await open('vanilla');
		await press('.thumb', 'o');
		await answer();
		const count = page.port.of('forwardPass').length;
		await probe('vanilla', 20);
		expect(page.port.of('forwardPass')).toHaveLength(count + 1);
		expect(asked()?.intervention.headsOff).toHaveLength(1);
	});

	it('belongs to its run, and not to a later one with the same name', async () => {
		await open('vanilla', 'resformer');
		await press('.thumb', 'o');
		await answer();
		await page.type('.map-method', 'resformer');
		await answer();
		expect(page.button('Reset all').disabled).toBe(true);
		await page.type('.map-method', 'vanilla');
		await answer();
		expect(page.button('Reset all').disabled).toBe(false);
		await act(async () => page.client.start(defaultExperiment()));
		await page.settle();
		await open('vanilla');
		expect(asked()?.intervention).toEqual(NO_INTERVENTION);
		expect(page.button('Reset all').disabled).toBe(true);
	});

	it('waits while an earlier step is shown', async () => {
		await open('vanilla');
		await probe('vanilla', 20);
		await press('body', '[');
		expect(page.text('.interventions')).toContain('work at the latest step');
		const count = page.port.of('forwardPass').length;
		await press('.thumb', 'o');
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
		({ probe, answer, asked, press } = panelUser(page));
	});

	it('are changed one at a time, or all together on request', async () => {
		await open('vanilla', 'resformer');
		expect(document.querySelectorAll('.map-column')).toHaveLength(2);
		await press('.thumb', 'o');
		await answer();
		const changed = () => new Map(page.port.of('forwardPass').map(({ run, intervention }) => [run, intervention.headsOff.length]));
		expect(changed().get('resformer-1') ?? 0).toBe(0);
		await page.click(page.find('.interventions .keys-row input[type=checkbox]'));
		await answer();
		expect(changed().get('resformer-1')).toBe(1);
		await page.click(page.button('Reset all'));
		await answer();
		expect([...changed().values()]).toEqual([0, 0]);
	});

	it('are the same run, original and changed, if that is chosen', async () => {
		await open('vanilla', 'resformer');
		await press('.large-map', 'ArrowUp');
		await press('.large-map', 'm');
		await answer();
		await page.type('.attention .panel-head select', 'beside');
		const columns = [...document.querySelectorAll('.map-column')].map((column) => column.getAttribute('aria-label'));
		expect(columns).toEqual(['Attention of vanilla, original', 'Attention of vanilla, changed']);
		const values = [...document.querySelectorAll('.column-value')].map((value) => value.textContent);
		expect(values[0]).toMatch(/^0\.\d{3}$/);
		expect(values[1]).toBe('0');
		expect(document.querySelectorAll('.masked-mark')).toHaveLength(2);
	});
});

describe('λ', () => {
	it('is set by its slider or its number, and training continues with it', async () => {
		await open('resformer');
		await page.type('input[aria-label="layer 2 λ₁"]', '1.5');
		expect(asked()?.intervention.lambdas).toEqual([{ layer: 1, index: 0, value: 1.5 }]);
		await page.type('input[aria-label="layer 3 λ₂ as a number"]', '0.25');
		await answer();
		await page.click(page.button('Continue training with these λ'));
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
		const field = 'input[aria-label="layer 2 λ₁ as a number"]';
		await page.type(field, '-');
		expect(page.find<HTMLInputElement>(field).getAttribute('aria-invalid')).toBe('true');
		expect(page.find<HTMLInputElement>(field).value).toBe('-');
		expect(page.port.of('forwardPass')).toHaveLength(count);
	});

	it('is tried on vanilla in one forward pass, and the panel explains how to train with it', async () => {
		await open('vanilla');
		await page.type('input[aria-label="layer 2 λ₁"]', '1');
		await answer();
		expect(page.text('.train-on')).toContain('fork the run as ResFormer constant');
		expect(document.querySelector('.train-on button')).toBeNull();
	});
});
