// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import { linkOf } from '../../src/ui/shared/linkOf';
import { inventedResults } from './inventedResults';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
let files: Record<string, unknown>;
const preset = findPreset('sink')?.experiment as Experiment;

/** The page imports this after its first paint, which takes real time in the event loop. */
beforeAll(() => import('../../src/ui/answer/fetchRecording'));
beforeEach(() => {
	prepare();
	files = {};
	vi.stubGlobal('fetch', async (address: string) => {
		const body = files[address];
		// Some servers answer with the page itself for a missing file.
		if (body === undefined) return new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
		return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
	});
});
afterEach(closeApp);

const note = () => screen.queryAllByText(/^Recorded on|^Your training on/)[0]?.textContent?.trim() ?? '';
const rows = () => within(region('Runs').getByRole('table')).queryAllByRole('rowheader');
/** Notices; a missing or unreadable recording must not cause one. */
const notices = () => screen.queryAllByRole('button', { name: 'Dismiss this message' });

async function visit(): Promise<void> {
	page = await openApp(`#${linkOf(preset)}`);
	for (let i = 0; i < 10; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(50)));
	await page.settle();
}

describe('a first visit', () => {
	it('shows the preset’s recording and its origin, and offers no actions on it', async () => {
		const provenance = { commit: '0123456789', command: 'npm run record -- sink' };
		files['recorded/sink.json'] = { ...inventedResults(preset), provenance };
		await visit();
		expect(note()).toBe('Recorded on AMD Radeon RX 7800 XT, November 20, 2026, at commit 0123456789 by npm run record -- sink.');
		expect(screen.getByText(/^After 600 steps, layer/)).toBeTruthy();
		expect(rows()).toHaveLength(25);
		for (const row of rows().map((head) => within(head.closest('tr') as HTMLElement)))
			expect([...row.queryAllByRole('button'), ...row.queryAllByRole('checkbox')]).toEqual([]);
		expect(screen.queryByRole('heading', { name: 'Writing' })).toBeNull();
	});

	it('replaces the recording with the user’s own training', async () => {
		files['recorded/sink.json'] = inventedResults(preset);
		await visit();
		await page.press('Train');
		expect(note()).toBe('');
		await page.train('vanilla');
		expect(rows()).toHaveLength(1);
	});

	it('hides the recording once the form differs from the preset', async () => {
		files['recorded/sink.json'] = inventedResults(preset);
		await visit();
		await page.write('Layers', '3');
		expect(note()).toBe('');
		expect(rows()).toEqual([]);
	});

	it('shows no answer if nothing is recorded or the recording can’t be read', async () => {
		await visit();
		expect(note()).toBe('');
		expect(notices()).toEqual([]);
		closeApp();
		prepare();
		vi.stubGlobal('fetch', async () => new Response('{"version": 99}', { headers: { 'content-type': 'application/json' } }));
		await visit();
		expect(note()).toBe('');
		expect(notices()).toEqual([]);
	});
});

it('prefers the user’s own earlier training', async () => {
	files['recorded/sink.json'] = inventedResults(preset);
	page = await openApp('#layers=3&v=1');
	vi.spyOn(page.client, 'recall').mockImplementation(async (experiment) =>
		linkOf(experiment) === linkOf(preset) ? { ...inventedResults(preset), adapter: 'This GPU' } : null,
	);
	history.replaceState(null, '', `/#${linkOf(preset)}`);
	await act(async () => void dispatchEvent(new Event('hashchange')));
	for (let i = 0; i < 10; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(50)));
	await page.settle();
	expect(note()).toMatch(/^Your training on This GPU, November 20, 2026\./);
	expect(screen.getByText(/Its curves are kept, its models are gone/)).toBeTruthy();
});
