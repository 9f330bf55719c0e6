// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import { linkOf } from '../../src/ui/shared/linkOf';
import { inventedResults } from './inventedResults';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
let files: Record<string, unknown>;
const preset = findPreset('default')?.experiment as Experiment;

/** It is fetched after the first paint, which takes real turns of the event loop. */
beforeAll(() => import('../../src/ui/answer/fetchRecording'));
beforeEach(() => {
	prepare();
	files = {};
	vi.stubGlobal('fetch', async (address: string) => {
		const body = files[address];
		// A server that answers with the page itself in place of a file that it doesn't have.
		if (body === undefined) return new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
		return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
	});
});
afterEach(closeApp);

async function visit(): Promise<void> {
	page = await openApp(`#${linkOf(preset)}`);
	for (let i = 0; i < 10; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(50)));
	await page.settle();
}

describe('a first visit', () => {
	it('shows what was recorded of the preset, says where and how, and lets nothing be done with it', async () => {
		files['recorded/default.json'] = inventedResults(preset);
		await visit();
		expect(page.text('.recorded-note')).toBe(
			"Recorded on AMD Radeon RX 7800 XT, November 20, 2026, by npm run record -- default. Press Train to measure it on your GPU. Also answered: Does the first layer's value stop the attention sink?",
		);
		expect(page.text('.sentence')).toMatch(/^After 400 steps, the validation loss is .* in Vanilla/);
		expect(document.querySelectorAll('.runs tbody tr')).toHaveLength(3);
		expect(document.querySelector('.runs tbody input, .runs tbody button')).toBeNull();
		expect(document.querySelector('.writing')).toBeNull();
	});

	it('gives way to the visitor’s own training', async () => {
		files['recorded/default.json'] = inventedResults(preset);
		await visit();
		await page.click(page.button('Train'));
		await page.settle();
		expect(document.querySelector('.recorded-note')).toBeNull();
		await page.train('vanilla');
		expect(document.querySelectorAll('.runs tbody tr')).toHaveLength(1);
	});

	it('shows nothing of a preset that the form no longer is', async () => {
		files['recorded/default.json'] = inventedResults(preset);
		await visit();
		await page.type('#field-layers', '3');
		expect(document.querySelector('.recorded-note')).toBeNull();
		expect(page.text('.runs tbody')).toContain('will be listed here');
	});

	it('is as it was where nothing is recorded, or what is there can’t be read', async () => {
		await visit();
		expect(document.querySelector('.recorded-note')).toBeNull();
		expect(page.text('.notices')).toBe('');
		closeApp();
		prepare();
		vi.stubGlobal('fetch', async () => new Response('{"version": 99}', { headers: { 'content-type': 'application/json' } }));
		await visit();
		expect(document.querySelector('.recorded-note')).toBeNull();
		expect(page.text('.notices')).toBe('');
	});
});

it('what the visitor trained before comes first', async () => {
	files['recorded/default.json'] = inventedResults(preset);
	page = await openApp('#layers=3&v=1');
	vi.spyOn(page.client, 'recall').mockImplementation(async (experiment) =>
		linkOf(experiment) === linkOf(preset) ? { ...inventedResults(preset), adapter: 'This GPU' } : null,
	);
	history.replaceState(null, '', `/#${linkOf(preset)}`);
	await act(async () => void dispatchEvent(new Event('hashchange')));
	for (let i = 0; i < 10; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(50)));
	await page.settle();
	expect(page.text('.recorded-note')).toBe('Your training of November 20, 2026 on This GPU. Press Train to run it yourself.');
});
