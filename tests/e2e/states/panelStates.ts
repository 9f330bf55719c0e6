import type { Page } from 'playwright-core';
import { button, open, SHORT, type State, trained } from './state';

const openDepth = async (page: Page) => {
	await page.locator('.depth summary').click();
	await page.locator('.depth-views').scrollIntoViewIfNeeded();
};

/** States of panels and dialogs: maps, interventions, help, the GPU. */
export const PANEL_STATES: State[] = [
	{ name: '1 layer × 1 head', hash: '#layers=1&heads=1&steps=100&warmupSteps=10&v=1', reach: trained },
	{
		name: 'all layers at once, as a map of layers and positions',
		hash: `#methods=vanilla,resformer:learnable&steps=100&warmupSteps=10&v=1`,
		async reach(page) {
			await trained(page);
			await openDepth(page);
			await page.locator('.depth canvas').first().waitFor();
		},
	},
	{
		name: 'all layers at once, λ by layer and step',
		hash: `#methods=vanilla,resformer:learnable&steps=100&warmupSteps=10&v=1`,
		async reach(page) {
			await trained(page);
			await openDepth(page);
			await button(page, 'λ by layer and step').click();
			await page.locator('.depth canvas').first().waitFor();
		},
	},
	{ name: '8 × 8', hash: '#layers=8&heads=8&steps=100&warmupSteps=10&probeEvery=100&v=1', reach: trained },
	{
		name: 'interventions',
		hash: '#task=backcopy&layers=2&heads=2&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await button(page, /^Mask/).click();
			await button(page, 'Reset all').and(page.locator(':enabled')).waitFor();
		},
	},
	{
		name: 'a map enlarged',
		hash: SHORT,
		async reach(page) {
			await trained(page);
			await open(page, 'button[aria-label^=Enlarge]');
		},
	},
	{ name: 'help', hash: '', reach: (page) => open(page, 'button[aria-label^=Help]') },
	{
		name: 'check of the GPU',
		hash: '',
		async reach(page) {
			await open(page, '.adapter');
			await button(page, 'Check my GPU').click();
			await page.locator('dialog', { hasText: '1 op of 9 out of tolerance' }).waitFor();
		},
	},
	{
		name: 'where a step’s time goes',
		hash: SHORT,
		async reach(page) {
			await open(page, '.adapter');
			await button(page, 'Where a step’s time goes').last().click();
			await page.locator('dialog[data-modal]', { hasText: 'Measure' }).waitFor();
			await page.getByLabel('Find the fastest tiles first').check();
			await button(page, 'Measure').click();
			await page.locator('.step-sentence').waitFor();
		},
	},
	{
		name: 'a step’s time, with the GPU lost meanwhile',
		hash: '#seeds=13&v=1',
		async reach(page) {
			await open(page, '.adapter');
			await button(page, 'Where a step’s time goes').last().click();
			await button(page, 'Measure').click();
			await page.locator('dialog [role=alert]', { hasText: 'could not be measured' }).waitFor();
		},
	},
];
