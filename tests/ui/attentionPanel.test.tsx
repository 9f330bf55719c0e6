// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PanelUser, panelUser } from './attentionPanelUser';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
let { probe, answer, asked, press } = {} as PanelUser;
beforeEach(async () => {
	prepare();
	page = await openApp();
	({ probe, answer, asked, press } = panelUser(page));
	await page.train('vanilla', 'resformer');
});
afterEach(closeApp);

const map = () => page.find('.large-map').getAttribute('aria-label') ?? '';

describe('the open map', () => {
	it('names the cell chosen with the arrow keys and its value, until Escape unlocks it', async () => {
		await probe('vanilla', 0);
		await press('.large-map', 'ArrowUp');
		expect(map()).toMatch(/Attention map of vanilla, layer 2, head 1: from “.” \(63\) to “<s>” \(1\): 0\.\d{3}\./);
		expect(page.text('.column-value')).toMatch(/^0\.\d{3}$/);
		await press('.large-map', 'Escape');
		expect(page.text('.column-value')).toBe('');
	});

	it('is the layer and head whose thumbnail is pressed', async () => {
		await probe('vanilla', 0);
		await page.click(page.button('Layer 3, head 2'));
		expect(page.find('.thumb.open').getAttribute('aria-label')).toBe('Layer 3, head 2');
		expect(map()).toContain('layer 3, head 2');
	});

	it('is enlarged by Enter, on the same cell, with the row as a table', async () => {
		await probe('vanilla', 0);
		await press('.large-map', 'ArrowRight');
		await press('.large-map', 'Enter');
		await page.settle();
		expect(page.text('dialog [role=status]')).toContain('(64)');
		await act(async () => {
			page.find<HTMLDetailsElement>('.row-table').open = true;
			page.find('.row-table').dispatchEvent(new Event('toggle'));
		});
		expect(document.querySelectorAll('dialog tbody tr')).toHaveLength(64);
	});

	it('offers only runs that are shown', async () => {
		await probe('vanilla', 0);
		await act(async () => page.client.store.show(['vanilla-1'], false));
		await page.settle();
		expect([...page.find<HTMLSelectElement>('.map-method').options].map(({ value }) => value)).toEqual(['resformer']);
	});
});

describe('the time scrubber', () => {
	it('keeps an earlier probe while training continues, and follows training again at its end', async () => {
		await probe('vanilla', 0, 20, 40);
		expect(page.text('.column-head')).toContain('step 40');
		await page.type('#attention-step', '1');
		expect(page.text('.column-head')).toContain('step 20');
		await probe('vanilla', 60);
		expect(page.text('.column-head')).toContain('step 20');
		await page.click(page.button('Latest'));
		await probe('vanilla', 80);
		expect(page.text('.column-head')).toContain('step 80');
	});

	it('steps back and forth with [ and ], but not while the user types', async () => {
		await probe('vanilla', 0, 20, 40);
		await press('body', '[');
		expect(page.text('.scrubber-words')).toBe('step 20');
		await press('#probe-text', '[');
		expect(page.text('.scrubber-words')).toBe('step 20');
		await press('body', ']');
		expect(page.text('.scrubber-words')).toBe('latest, step 40');
	});

	it('plays the recorded steps from the first to the latest', async () => {
		await probe('vanilla', 0, 20, 40);
		await page.click(page.button('Play the recorded steps'));
		expect(page.text('.scrubber-words')).toBe('step 0');
		await page.settle();
		expect(page.text('.scrubber-words')).toBe('step 20');
		await page.settle();
		expect(page.text('.scrubber-words')).toBe('latest, step 40');
	});

	it('opens a map at the layer, head and step where its sink appeared', async () => {
		await probe('vanilla', 0, 100, 200);
		await page.click(page.button('Sinks over training'));
		for (const key of ['ArrowDown', 'ArrowLeft']) await press('.sink-cells', key);
		expect(page.find('.sink-cells').getAttribute('aria-label')).toContain('layer 2, head 2, step 100');
		await press('.sink-cells', 'Enter');
		expect(map()).toContain('layer 2, head 2');
		expect(page.text('.column-head')).toContain('step 100');
	});

	it('reports that no head has a sink', async () => {
		await probe('vanilla', 0);
		await page.click(page.button('Sinks over training'));
		expect(page.text('.sink-timeline figcaption')).toContain('no sink yet');
	});
});

describe('an own text', () => {
	it('is read by the latest models, until the task’s own sequence is chosen again', async () => {
		await probe('vanilla', 0, 20);
		await answer();
		await page.type('#probe-text', 'whale');
		await page.click(page.button('Read'));
		expect(asked()?.text).toBe('whale');
		await answer();
		await press('.large-map', 'ArrowUp');
		expect(map()).toContain('from “l” (5)');
		expect(page.text('.scrubber-words')).toContain('your text');
		await page.click(page.button('Task’s own'));
		await page.settle();
		await press('.large-map', 'End');
		await press('.large-map', 'PageDown');
		expect(map()).toMatch(/from “.” \(15\)/);
	});

	it('with unknown characters stays in its field, with the reason next to it', async () => {
		await probe('vanilla', 0);
		await answer();
		await page.type('#probe-text', 'µm');
		await page.click(page.button('Read'));
		await act(async () =>
			page.port.say({
				type: 'failed',
				id: asked()?.id ?? 0,
				message: "the text's character `µ` (U+00B5) is not in the model's vocabulary",
			}),
		);
		expect(page.text('.probe-text [role=alert]')).toContain('U+00B5');
		expect(page.find<HTMLInputElement>('#probe-text').value).toBe('µm');
		expect(page.text('.column-head'), 'the maps stay').toContain('step 0');
	});
});
