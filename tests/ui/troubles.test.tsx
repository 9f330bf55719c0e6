// @vitest-environment happy-dom
/** The page when something goes wrong: diverged runs, a lost GPU. */
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
