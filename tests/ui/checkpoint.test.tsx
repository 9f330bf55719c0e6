// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { packZip } from '../../src/session/client/checkpoint/checkpointFiles';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
beforeEach(async () => {
	prepare();
	page = await openApp('#layers=2&v=1');
});
afterEach(closeApp);

const files = ['config.json', 'model.safetensors', 'batches.safetensors', 'vocabulary.json'].map((name) => ({
	name,
	bytes: new TextEncoder().encode(`{"${name}": 1}`),
}));

it('downloads a run as one .zip', async () => {
	await page.train('vanilla', 'svformer');
	let saved = '';
	vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
		saved = this.download;
	});
	await page.press('Download the checkpoint of svformer, seed 1');
	const [{ id, run }] = page.port.of('checkpoint');
	expect(run).toBe('svformer-1');
	await page.say({ type: 'answer', id, request: 'checkpoint', answer: { step: 40, files } });
	for (let turn = 0; turn < 50 && saved === ''; turn++) await act(async () => void (await packZip(files)));
	await page.settle();
	expect(saved).toBe('svformer-seed-1-step-40.zip');
});

it('starts paused from a .zip, with the experiment of its config in the form', async () => {
	await page.upload('Choose files', new File([await packZip(files)], 'vanilla.zip'));
	await vi.waitFor(() => expect(page.port.of('checkpointExperiment')).toHaveLength(1));
	const [{ id, form, files: sent }] = page.port.of('checkpointExperiment');
	expect([form.layers, sent.map(({ name }) => name)]).toEqual([2, ['config.json']]);
	await page.say({ type: 'answer', id, request: 'checkpointExperiment', answer: { ...form, layers: 3, methods: ['svformer'] } });
	await vi.waitFor(() => expect(page.port.of('start')).toHaveLength(1));
	const [{ experiment, paused, checkpoint }] = page.port.of('start');
	expect([experiment.layers, experiment.methods, paused]).toEqual([3, ['svformer'], true]);
	expect(checkpoint?.map(({ name }) => name)).toEqual(['config.json', 'model.safetensors', 'vocabulary.json']);
	await vi.waitFor(() => expect(location.hash).toContain('layers=3'));
});

it('starts nothing if no experiment is the checkpoint’s, and names the field', async () => {
	await page.upload('Choose files', new File([await packZip(files)], 'vanilla.zip'));
	await vi.waitFor(() => expect(page.port.of('checkpointExperiment')).toHaveLength(1));
	const [{ id }] = page.port.of('checkpointExperiment');
	await page.say({ type: 'failed', id, message: 'config.json: `hidden_act` must be silu, not "gelu"' });
	await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toBe('config.json: `hidden_act` must be silu, not "gelu"'));
	expect(page.port.of('start')).toHaveLength(0);
});

it('reports what is missing next to the button, and starts nothing', async () => {
	await page.upload('Choose files', new File(['{}'], 'config.json'));
	await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('lacks model.safetensors'));
	expect(page.port.of('start')).toHaveLength(0);
});

it('shows the worker’s message if the checkpoint is another model’s', async () => {
	await page.upload('Choose files', ...files.map(({ name, bytes }) => new File([bytes], name)));
	await vi.waitFor(() => expect(page.port.of('checkpointExperiment')).toHaveLength(1));
	const [{ id, form }] = page.port.of('checkpointExperiment');
	await page.say({ type: 'answer', id, request: 'checkpointExperiment', answer: form });
	await page.say({ type: 'error', message: 'no run of this experiment is the checkpoint’s model' });
	expect(screen.getByText(/no run of this experiment is the checkpoint’s model/)).toBeTruthy();
});
