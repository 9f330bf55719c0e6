/** What others send: results in a link, to be run again, and checkpoints. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/checkpoint/config';
import { writeSafetensors } from '../../src/checkpoint/safetensors';
import { createTask } from '../../src/data/tasks';
import { decodeLink } from '../../src/experiment/link';
import { parameterShapes } from '../../src/model/parameters';
import { openPage } from '../support/browser';

const SMALL =
	'#task=copy&methods=vanilla,svformer&layers=2&hiddenSize=16&heads=2&intermediateSize=16&sequenceLength=16&batchSize=2&steps=30&validationBatches=1&seeds=1,2&v=1';

/** Keeps copied texts in the page. */
function keepCopies(): void {
	Object.defineProperty(navigator, 'clipboard', {
		value: { writeText: async (text: string) => void Object.assign(window, { copied: text }) },
	});
}

/** Trains the page's experiment and copies its link with results. */
async function copyLink(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Share', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Copy link with results' }).click();
	await page.waitForFunction('window.copied');
	return String(await page.evaluate('window.copied'));
}

/** For looking at. */
const shoot = async (page: Page, name: string) => {
	if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
};

it('a link with results shows the sender’s curves dashed, and says that they held once they are run again', async () => {
	const sender = await openPage({ width: 1440, height: 900, address: SMALL, before: keepCopies });
	await sender.page.getByRole('button', { name: 'Train', exact: true }).click();
	await sender.page.getByRole('button', { name: 'Train again' }).waitFor({ timeout: 90_000 });
	const copied = await copyLink(sender.page);
	expect(sender.errors).toEqual([]);
	await sender.close();

	// As a chat sends it, between angle brackets.
	const address = `${copied.slice(copied.indexOf('#')).replaceAll('&', '&amp;')}>`;
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address });
	await page.locator('.seen-note', { hasText: '0 runs of 4 compared so far' }).waitFor();
	await page.locator('.end-labels', { hasText: 'SVFormer, sender' }).waitFor();
	const dashed = () => page.locator('.loss .recharts-line-curve[stroke-dasharray]').count();
	expect(await dashed()).toBe(2);
	await page.getByRole('button', { name: 'Run it again here' }).click();
	await page.locator('.seen-note', { hasText: 'Held to the last bit: 4 runs' }).waitFor({ timeout: 90_000 });
	expect(await page.locator('.seen-note').textContent()).toMatch(/Sender: .+, build \w{9}.* Here: .+, build \w{9}/);
	expect(await page.getByRole('button', { name: 'Run it again here' }).count()).toBe(0);
	expect(await dashed()).toBe(2);
	expect(errors).toEqual([]);
	await close();
});

it('the link of a sweep is judged point by point, with the values of both sides', async () => {
	const address =
		'#task=copy&methods=vanilla,svformer&layers=2&hiddenSize=16&heads=2&intermediateSize=16&sequenceLength=16&batchSize=2&steps=20&validationBatches=1&seeds=1,2&sweep=learningRate/0.001/0.003&v=1';
	const sender = await openPage({ width: 1440, height: 900, address, before: keepCopies });
	await sender.page.getByRole('button', { name: 'Train', exact: true }).click();
	await sender.page.getByRole('button', { name: 'Train again' }).waitFor({ timeout: 120_000 });
	const copied = await copyLink(sender.page);
	expect(await sender.page.locator('.share-details').count()).toBe(0);
	expect(sender.errors).toEqual([]);
	await sender.close();

	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: copied.slice(copied.indexOf('#')) });
	const note = page.locator('.seen-note');
	await note.filter({ hasText: '0 runs of 8 compared so far. Their curves are dashed below.' }).waitFor();
	await note.getByText('The sender’s values, and those here').click();
	const row = note.getByRole('row', { name: /^SVFormer, learning rate 0.003 validation loss, step 20/ });
	expect(await row.textContent()).toMatch(/\d ± [\d.]+ \(2 seeds\)–$/);
	await shoot(page, 'sweep-link-opened');
	await page.getByRole('button', { name: 'Run it again here' }).click();
	await note.filter({ hasText: 'Held to the last bit: 8 runs' }).waitFor({ timeout: 120_000 });
	expect(await row.textContent()).toMatch(/(\d\.\d{3} ± [\d.]+ \(2 seeds\))\1$/);
	await shoot(page, 'sweep-link-held');
	expect(errors).toEqual([]);
	await close();
});

it('a checkpoint of Hugging Face fills the form, waits, and trains', async () => {
	const { vocabularySize } = createTask(decodeLink(SMALL).experiment, '');
	const config = {
		architectures: ['LlamaForCausalLM'],
		model_type: 'llama',
		hidden_size: 24,
		intermediate_size: 40,
		num_attention_heads: 2,
		num_key_value_heads: 2,
		num_hidden_layers: 3,
		max_position_embeddings: 2048,
		hidden_act: 'silu',
		rope_parameters: { rope_type: 'default', rope_theta: 10_000 },
		tie_word_embeddings: true,
		vocab_size: vocabularySize,
		transformers_version: '5.0.0',
	};
	const shapes = parameterShapes(readConfig(config, 'config.json').model);
	const weights = new Map(
		[...shapes].map(([name, shape], i) => [
			name,
			{ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => 0.1 * Math.sin(i + k)) },
		]),
	);
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: SMALL });
	const chooser = page.locator('input[type=file][accept*=safetensors]').first();
	await chooser.setInputFiles([
		{ name: 'config.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(config)) },
		{ name: 'model.safetensors', mimeType: '', buffer: Buffer.from(writeSafetensors(weights)) },
	]);
	await page.getByRole('button', { name: 'Resume', exact: true }).click();
	await page.getByRole('button', { name: 'Train again' }).waitFor({ timeout: 90_000 });
	const { hash } = new URL(page.url());
	for (const part of ['layers=3', 'hiddenSize=24', 'intermediateSize=40']) expect(hash).toContain(part);
	await shoot(page, 'checkpoint-trained');
	expect(errors).toEqual([]);
	await close();
});
