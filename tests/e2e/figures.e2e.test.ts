/** Figures saved from the page. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { serveFakePage } from '../ui/fakePage';

/** Saves a figure with the menu of a panel. */
async function save(page: Page, panel: string, kind: string): Promise<Buffer> {
	await page.locator(`${panel} .figure-menu button`).first().click();
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('menuitem', { name: `Save as ${kind}`, exact: true }).click(),
	]);
	const content = await readFile(await download.path());
	// For looking at.
	if (process.env.SHOTS) await writeFile(`${process.env.SHOTS}/${download.suggestedFilename()}`, content);
	return content;
}

it('a chart, a map and a table are saved as SVG, PNG, CSV, Markdown and LaTeX, in light colours, with title, seeds, step and link', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900, dark: true });
	await page.locator('.loss .recharts-line-curve').first().waitFor();
	await page.locator('.attention canvas').first().waitFor();
	const theme = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const before = await theme();

	const chart = (await save(page, '.panel.loss', 'SVG')).toString();
	const parsed = await page.evaluate((text) => {
		const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
		return {
			errors: svg.querySelectorAll('parsererror').length,
			text: svg.documentElement.textContent ?? '',
			paths: svg.querySelectorAll('path').length,
		};
	}, chart);
	expect(parsed.errors).toBe(0);
	expect(parsed.text).toMatch(/Loss over steps/);
	expect(parsed.text).toMatch(/Seeds 1, 2.* step [\d ,\u202f]+/);
	expect(parsed.text).toContain('#');
	expect(parsed.paths).toBeGreaterThan(5);
	// The ink of the light theme, and none of the dark one.
	expect(chart).toContain('rgb(27, 29, 33)');
	expect(chart).not.toContain('rgb(230, 231, 234)');
	expect((await save(page, '.panel.loss', 'CSV')).toString()).toMatch(
		/^line,steps,"loss, nats per character",smallest,largest\r\nVanilla,/,
	);

	const png = await save(page, '.panel.attention', 'PNG');
	expect(png.subarray(1, 4).toString()).toBe('PNG');
	expect(png.length).toBeGreaterThan(20_000);
	const map = (await save(page, '.panel.attention', 'SVG')).toString();
	expect(map.match(/<image /g)?.length).toBeGreaterThan(3);
	expect((await save(page, '.panel.attention', 'CSV')).toString()).toMatch(
		/^run,seed,step,layer,head,query,query_token,key,key_token,value\r\n/,
	);

	expect((await save(page, '.panel.runs', 'Markdown')).toString()).toMatch(/^\| Runs .*\|\n\| --- .*\n\| Vanilla/);
	expect((await save(page, '.panel.runs', 'LaTeX')).toString()).toMatch(/\\begin\{tabular\}\{l[lr]+\}/);
	expect((await save(page, '.panel.runs', 'SVG')).toString()).toContain('Vanilla');
	expect(await theme()).toBe(before);
	expect(errors).toEqual([]);
	await close();
});

it('a metrics.jsonl dropped on the page is drawn dashed among the curves, until it is removed', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900 });
	await page.locator('.loss .end-labels').waitFor();
	const lines = Array.from({ length: 200 }, (_, step) =>
		JSON.stringify({ run: 'cluster', method: 'svformer', seed: 7, step, loss: 3 / (1 + step / 50) }),
	);
	const transfer = await page.evaluateHandle((text) => {
		const data = new DataTransfer();
		data.items.add(new File([text], 'metrics.jsonl'));
		data.items.add(new File(['epoch,loss\n1,2\n'], 'bad.csv'));
		return data;
	}, lines.join('\n'));
	await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
	await page.locator('.loss .end-labels', { hasText: 'cluster, metrics.jsonl' }).waitFor();
	await page.locator('.notice', { hasText: 'No curves were read from bad.csv: it has no column “step”' }).waitFor();
	expect(await page.locator('.loss .recharts-line-curve[stroke-dasharray]').count()).toBeGreaterThan(0);
	await page.getByRole('button', { name: 'Remove the curves of metrics.jsonl' }).click();
	await page.locator('.loss .end-labels', { hasNotText: 'cluster' }).waitFor();
	expect(errors).toEqual([]);
	await close();
});

it('a card, the enlarged map and the next tokens are saved too, each alone, with what it shows', async () => {
	const server = await serveFakePage();
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: `${server.resolvedUrls?.local[0]}#gallery` });
	// Cards with lines and with maps.
	for (const [figure, columns] of [
		['.map-pair', 'method,layer,head,step,query,key,largest'],
		['.plot', 'line,x,mean,smallest,largest'],
	]) {
		const card = page.locator('.card', { has: page.locator(figure) }).first();
		await card.waitFor();
		await card.scrollIntoViewIfNeeded();
		const name = String(await card.locator('h3').textContent());
		await card.evaluate((element) => element.setAttribute('data-saved', ''));
		const svg = (await save(page, '[data-saved]', 'SVG')).toString();
		expect(svg).toContain(name.split(' ').slice(0, 3).join(' '));
		expect(svg).toMatch(/seeds?\. .*Recorded/s);
		expect(svg).toContain('<path');
		// Lines are cut at the plot's borders.
		expect(svg.includes('<svg x="44"')).toBe(figure === '.plot');
		expect((await save(page, '[data-saved]', 'CSV')).toString().split('\r\n')[0]).toBe(columns);
		await card.evaluate((element) => element.removeAttribute('data-saved'));
	}

	await page.goto(`${server.resolvedUrls?.local[0]}#task=backcopy&layers=2&heads=2&steps=100&warmupSteps=10&v=1`);
	await page.getByRole('button', { name: 'Train', exact: true }).click();
	await page.getByRole('button', { name: 'Train again' }).waitFor();
	await page.getByRole('button', { name: /^Mask/ }).click();
	await page.getByRole('button', { name: 'Reset all' }).and(page.locator(':enabled')).waitFor();
	expect((await save(page, '.next-tokens', 'Markdown')).toString()).toMatch(
		/^\| token \| original \| changed \|\n\| --- \| --- \| --- \|\n(\| .* \| [<\d.]+ \| [<\d.]+ \|\n){5}/,
	);
	expect((await save(page, '.next-tokens', 'SVG')).toString()).toContain('with interventions');

	await page.locator('button[aria-label^=Enlarge]').first().click();
	await page.locator('dialog[data-modal] canvas').waitFor();
	const map = (await save(page, 'dialog', 'SVG')).toString();
	expect(map.match(/<image /g)).toHaveLength(1);
	expect(map).toContain('Most attended by');
	expect(map).toContain('> of this head');
	expect((await save(page, 'dialog', 'CSV')).toString()).toMatch(/^run,seed,step,layer,head,query,query_token,key,key_token,value/);
	expect(await page.locator('dialog[data-modal]').count()).toBe(1);
	expect(errors).toEqual([]);
	await close();
	await server.close();
});
