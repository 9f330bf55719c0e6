// @vitest-environment happy-dom
/** The page when something goes wrong: diverged runs, a lost GPU, a dead worker, other programs that change it, and keys. */
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
const text = () => document.body.textContent ?? '';
const sent = (type: 'resume' | 'pause' | 'start') => page.port.of(type);
const button = (name: string) => screen.getByRole('button', { name });

beforeEach(prepare);
afterEach(closeApp);

async function train(): Promise<void> {
	page = await openApp();
	await page.press('Train');
	await page.train('vanilla', 'svformer');
}

describe('diverged runs', () => {
	it('that all stopped are not called finished, at no step 0', async () => {
		await train();
		await page.say(
			{ type: 'diverged', run: 'vanilla-1', step: 2 },
			{ type: 'diverged', run: 'svformer-1', step: 2 },
			{ type: 'state', state: 'finished' },
		);
		const progress = screen.getByRole('region', { name: 'Training' }).textContent;
		expect(progress).toMatch(/Stopped at step 2.*all 2 runs diverged/);
		expect(progress).not.toMatch(/finished|Finished|Step 0/);
		expect(text()).toMatch(/Every run stopped/);
		expect(text()).not.toMatch(/other runs continue/);
	});

	it('are counted apart from those that finished', async () => {
		await train();
		await page.say({ type: 'diverged', run: 'svformer-1', step: 2 });
		expect(text()).toMatch(/The other runs continue/);
		await page.say({ type: 'finished', run: 'vanilla-1', steps: 400, metrics: {} }, { type: 'state', state: 'finished' });
		expect(text()).toMatch(/1 of 2 runs finished, 1 diverged/);
		expect(text()).not.toMatch(/other runs continue/);
	});
});

describe('a lost GPU', () => {
	it('offers Resume in place of Pause, and its notice goes when the GPU is back', async () => {
		await train();
		await page.say({ type: 'deviceLost', message: 'the driver was reset' });
		expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
		expect(text()).toMatch(/The GPU was lost \(the driver was reset\)/);
		await page.press('Resume');
		expect(sent('resume')).toHaveLength(1);
		expect(button('Looking for the GPU').getAttribute('aria-disabled')).toBe('true');
		await page.say({ type: 'deviceLost', message: 'no GPU adapter' });
		expect(button('Resume')).toBeTruthy();
		await page.say({ type: 'resumed', steps: { 'vanilla-1': 1, 'svformer-1': 1 } });
		expect(text()).not.toMatch(/looks for it again/);
		expect(button('Pause')).toBeTruthy();
	});

	it('that is no longer waited for leaves no notice that it is', async () => {
		await train();
		await page.say({ type: 'deviceLost', message: 'the driver was reset' }, { type: 'deviceLost', message: null });
		await page.say({ type: 'error', message: 'the GPU was lost 6 times' }, { type: 'state', state: 'paused' });
		expect(text()).not.toMatch(/looks for it again/);
		expect(button('Resume')).toBeTruthy();
	});
});

describe('a worker that stopped', () => {
	it('turns Train off, keeps the curves, and is replaced by a new one on request', async () => {
		await train();
		await act(async () => page.port.onerror?.({ message: 'out of memory' }));
		expect(text()).toMatch(/The training worker stopped: out of memory/);
		expect(text()).toMatch(/Step 2 of 400/);
		const starts = sent('start').length;
		for (const key of ['{ }', ' ']) await page.keys(document.body, key);
		expect(button('Train').getAttribute('aria-disabled')).toBe('true');
		expect(sent('start')).toHaveLength(starts);
		await page.press('Start a new worker');
		expect(page.port.ended).toBe(true);
		expect(screen.queryByRole('button', { name: 'Start a new worker' })).toBeNull();
		expect(button('Train').getAttribute('aria-disabled')).not.toBe('true');
	});
});

/** Wraps every text of the page, as a translator does. */
function translate(): void {
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const texts: Node[] = [];
	for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node);
	for (const node of texts) {
		const font = document.createElement('font');
		node.parentNode?.replaceChild(font, node);
		font.append(node.textContent ?? '');
	}
}

describe('a page that other programs change', () => {
	it('is drawn again with its runs when its texts were translated', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => {});
		await train();
		await page.say(
			{ type: 'finished', run: 'vanilla-1', steps: 400, metrics: {} },
			{ type: 'finished', run: 'svformer-1', steps: 400, metrics: {} },
		);
		await page.say({ type: 'state', state: 'finished' });
		translate();
		await page.press('Train again');
		await page.train('vanilla', 'svformer');
		expect(sent('start')).toHaveLength(2);
		expect(text()).toMatch(/Step 2 of 400/);
		expect(button('Pause')).toBeTruthy();
	});
});

describe('a key', () => {
	it('that is held acts once', async () => {
		page = await openApp();
		fireEvent.keyDown(document.body, { key: ' ' });
		await page.train('vanilla', 'svformer');
		for (let i = 0; i < 5; i++) fireEvent.keyDown(document.body, { key: ' ', repeat: true });
		expect(sent('start')).toHaveLength(1);
		expect(sent('pause')).toHaveLength(0);
		expect(fireEvent.keyDown(button('Pause'), { key: 'Enter' })).toBe(true);
		expect(fireEvent.keyDown(button('Pause'), { key: 'Enter', repeat: true })).toBe(false);
	});

	it('that chooses a word of an input method ends no rename', async () => {
		await train();
		await page.press('vanilla, seed 1: rename');
		const editor = screen.getByRole('textbox', { name: 'Name of vanilla, seed 1' });
		fireEvent.keyDown(editor, { key: 'Enter', isComposing: true });
		expect(screen.queryByRole('textbox', { name: 'Name of vanilla, seed 1' })).toBe(editor);
		fireEvent.keyDown(editor, { key: 'Enter' });
		expect(screen.queryByRole('textbox', { name: 'Name of vanilla, seed 1' })).toBeNull();
	});
});
