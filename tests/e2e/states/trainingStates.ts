import { encodeLink } from '../../../src/experiment/link';
import { findPreset } from '../../../src/experiment/presets';
import type { Experiment } from '../../../src/experiment/types';
import { button, notice, SHORT, type State, step, train, trained } from './state';

/** States from a first visit to a stored training, and questions opened from the gallery. */
export const TRAINING_STATES: State[] = [
	{
		name: 'first visit with recorded answer',
		hash: '',
		reach: (page) => page.locator('.recorded-note', { hasText: 'Recorded on' }).waitFor(),
	},
	{ name: 'nothing recorded', hash: '#layers=3&v=1', reach: (page) => page.locator('.loss-chart').waitFor() },
	{
		name: 'own training kept',
		hash: SHORT,
		async reach(page) {
			await trained(page);
			await button(page, 'Reset').click();
			await page.locator('.recorded-note', { hasText: 'Your earlier training' }).waitFor();
		},
	},
	{
		name: 'no WebGPU',
		hash: '#seeds=404&v=1',
		reach: (page) => page.getByRole('heading', { name: 'Training needs WebGPU' }).waitFor(),
	},
	{
		name: 'compiling',
		hash: '#seeds=77&v=1',
		async reach(page) {
			await train(page);
			await page.locator('.progress-words', { hasText: 'kernel 13 of 38' }).waitFor();
		},
	},
	{
		name: 'training',
		hash: '#steps=4000&v=1',
		async reach(page) {
			await train(page);
			await step(page, 300);
		},
	},
	{
		name: 'paused',
		hash: '#task=backcopy&layers=2&heads=1&seeds=1,2,3&v=1',
		async reach(page) {
			await train(page);
			await step(page, 120);
			await button(page, 'Pause').click();
			await button(page, 'Resume').waitFor();
		},
	},
	{
		name: 'one run diverged',
		hash: '#seeds=666&v=1',
		async reach(page) {
			await train(page);
			await notice(page, 'stopped at step 120');
		},
	},
	{
		name: 'device resumed',
		hash: '#seeds=13&v=1',
		async reach(page) {
			await train(page);
			await notice(page, 'is back');
		},
	},
	{ name: 'link with bad fields', hash: '#layers=99&colour=blue&heads=zwei&v=1', reach: (page) => notice(page, '3 fields of the link') },
	{
		name: 'gallery',
		hash: '#gallery',
		async reach(page) {
			await page.getByRole('heading', { name: 'Questions', exact: true }).waitFor();
			await page
				.locator('.card')
				.first()
				.getByText(/on this device/)
				.waitFor();
			await page.locator('.card .question-figure').first().waitFor();
		},
	},
	{
		name: 'question opened from the gallery',
		hash: '#gallery',
		async reach(page) {
			await page.locator('.card').getByRole('link').first().click();
			await button(page, 'Run it here').waitFor();
			await page.locator('.result-verdict').waitFor();
		},
	},
	{
		name: 'a question of a sweep opened, with its recorded answer',
		hash: `#${encodeLink(findPreset('optimizer')?.experiment as Experiment)}`,
		async reach(page) {
			await page.locator('.recorded-note', { hasText: 'Recorded' }).waitFor();
			await page.locator('.sweep-chart .sweep-runs').first().waitFor();
			await page.locator('.verdict').waitFor();
		},
	},
	{
		name: 'link with results',
		hash: '#task=backcopy&layers=2&heads=1&steps=200&warmupSteps=20&seeds=1,2,3&v=1&r=sinkAttention.2@600~vanilla,0.113,0.012,3~resformer,0.034,0.004,3~svformer,0.11,0.01,3',
		async reach(page) {
			await trained(page);
			await page.locator('.seen-note', { hasText: '3.4 % ± 0.4 % in ResFormer' }).waitFor();
		},
	},
	{
		name: 'storage full',
		hash: SHORT,
		// A function that is not a method: it is sent to the page as its text.
		before: () => {
			IDBObjectStore.prototype.put = () => {
				throw new DOMException('no room', 'QuotaExceededError');
			};
		},
		async reach(page) {
			await trained(page);
			await notice(page, 'storage is full');
		},
	},
];
