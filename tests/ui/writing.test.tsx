// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
beforeEach(async () => {
	prepare();
	page = await openApp();
});
afterEach(closeApp);

const writing = () => screen.queryByRole('heading', { name: 'Writing' });
const prompt = () => screen.getByLabelText<HTMLTextAreaElement>('Prompt');
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

it('is absent before there are runs', async () => {
	expect(writing()).toBeNull();
	await page.train('vanilla');
	expect(writing()).not.toBeNull();
});

/** Id of the last requested text. */
const lastId = () => page.port.of('generate').at(-1)?.id ?? 0;

it('lets all methods continue the prompt with these settings, and streams each text under its cache size', async () => {
	await page.train('vanilla', 'svformer');
	await page.write('Prompt', 'Call me');
	await page.write('Tokens', '12');
	await page.write('Temperature', '0.5');
	await page.write('Top-k', '7');
	await page.write('Sampling seed', '9');
	await page.press('Write');
	expect(page.port.of('generate')).toMatchObject([
		{ type: 'generate', run: 'vanilla-1', prompt: 'Call me', tokens: 12, temperature: 0.5, topK: 7, seed: 9 },
	]);
	await page.say({ type: 'progress', id: lastId(), request: 'generate', progress: ' Ish' });
	const text = within(screen.getByRole('region', { name: 'Text of vanilla' }));
	expect(text.getByText('Call me').parentElement?.textContent).toBe('Call me Ish');
	expect(text.getByText(/KV cache 2,048 bytes/)).toBeTruthy();
	await page.say({ type: 'answer', id: lastId(), request: 'generate', answer: null });
	expect(page.port.of('generate')[1].run).toBe('svformer-1');
	await page.press('Stop');
	expect(page.port.of('stopGenerating')).toHaveLength(1);
	expect(button('Stop').disabled).toBe(true);
});

it('leaves out a method that is not ticked', async () => {
	await page.train('vanilla', 'svformer');
	await page.press(region('Text of vanilla').getByRole('checkbox'));
	await page.press('Write');
	expect(page.port.of('generate')[0].run).toBe('svformer-1');
});

it('names an unknown character next to the prompt, and loses nothing', async () => {
	await page.train('vanilla');
	await page.press('Write');
	await page.say({ type: 'progress', id: lastId(), request: 'generate', progress: 'old text' });
	await page.say({ type: 'answer', id: lastId(), request: 'generate', answer: null });
	await page.write('Prompt', 'Call µ');
	await page.press('Write');
	await page.say({
		type: 'failed',
		id: lastId(),
		message: "the prompt's character `µ` (U+00B5) is not in the model's vocabulary",
	});
	const problem = screen.getByRole('alert');
	expect(problem.textContent).toBe("The prompt's character `µ` (U+00B5) is not in the model's vocabulary.");
	expect(prompt().getAttribute('aria-describedby')).toBe(problem.id);
	expect(prompt().value).toBe('Call µ');
	expect(screen.getByText('old text')).toBeTruthy();
});

it('writes nothing with a setting out of range, and names its limits', async () => {
	await page.train('vanilla');
	await page.write('Temperature', 'hot');
	await page.press('Write');
	expect(page.port.of('generate')).toHaveLength(0);
	expect(screen.getByText('Temperature must be a number from 0 to 10.')).toBeTruthy();
});
