// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
beforeEach(async () => {
	prepare();
	page = await openApp();
});
afterEach(() => closeApp(page));

const say = async (event: Parameters<TestPage['port']['say']>[0]) => {
	await act(async () => page.port.say(event));
	await page.settle();
};

it('is not there before there are runs', async () => {
	expect(document.querySelector('.writing')).toBeNull();
	await page.train('vanilla');
	expect(document.querySelector('.writing')).not.toBeNull();
});

it('lets all methods write on with what was set, and streams their texts beside their cache', async () => {
	await page.train('vanilla', 'svformer');
	await page.type('#writing-prompt', 'Call me');
	await page.type('#writing-tokens', '12');
	await page.type('#writing-temperature', '0.5');
	await page.type('#writing-topK', '7');
	await page.type('#writing-seed', '9');
	await page.click(page.button('Write'));
	expect(page.port.of('generate')).toEqual([
		{ type: 'generate', id: 1, run: 'vanilla-1', prompt: 'Call me', tokens: 12, temperature: 0.5, topK: 7, seed: 9 },
	]);
	await say({ type: 'generated', id: 1, text: ' Ish', done: false });
	expect(page.text('.written')).toBe('Call me Ish');
	expect(page.text('.text-column')).toContain('KV cache 2,048 bytes a token');
	await say({ type: 'generated', id: 1, text: '', done: true });
	expect(page.port.of('generate')[1].run).toBe('svformer-1');
	await page.click(page.button('Stop'));
	expect(page.port.of('stopGenerating')).toHaveLength(1);
	expect(page.button('Stop').disabled).toBe(true);
});

it('leaves out a method that is not ticked', async () => {
	await page.train('vanilla', 'svformer');
	await page.click(page.find('.text-column input'));
	await page.click(page.button('Write'));
	expect(page.port.of('generate')[0].run).toBe('svformer-1');
});

it('says beside the prompt which character is not known, and loses nothing', async () => {
	await page.train('vanilla');
	await page.click(page.button('Write'));
	await say({ type: 'generated', id: 1, text: 'old text', done: true });
	await page.type('#writing-prompt', 'Call µ');
	await page.click(page.button('Write'));
	await say({ type: 'generationFailed', id: 2, message: "the prompt's character `µ` (U+00B5) is not in the model's vocabulary" });
	expect(page.text('#writing-problem')).toBe("The prompt's character `µ` (U+00B5) is not in the model's vocabulary.");
	expect(page.find('#writing-prompt').getAttribute('aria-describedby')).toBe('writing-problem');
	expect(page.find<HTMLTextAreaElement>('#writing-prompt').value).toBe('Call µ');
	expect(page.text('.written')).toBe('old text');
});

it('writes nothing with a setting out of range, and names its limits', async () => {
	await page.train('vanilla');
	await page.type('#writing-temperature', 'hot');
	await page.click(page.button('Write'));
	expect(page.port.of('generate')).toHaveLength(0);
	expect(page.text('#writing-why')).toBe('Temperature must be a number from 0 to 10.');
});
