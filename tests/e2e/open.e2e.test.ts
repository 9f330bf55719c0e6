import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { OpCheck } from '../../src/experiment/records/opCheck';
import { openPage } from '../support/browser';
import { seriousFindings } from './axe';

describe('a link', () => {
	it('restores the experiment that it holds, and stays in the address', async () => {
		const address = '#task=backcopy&methods=vanilla,resformer:learnable&layers=3&v=1';
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address });
		expect(await page.getByLabel('Task', { exact: true }).inputValue()).toBe('backcopy');
		expect(await page.getByLabel('Layers', { exact: true }).inputValue()).toBe('3');
		const ticked = page.locator('.method', { has: page.locator('input:checked') });
		expect(await ticked.locator('span:not(.hidden)').allTextContents()).toEqual(['Vanilla', 'ResFormer learnable']);
		expect(await page.evaluate(() => location.hash)).toBe(address);
		expect(await page.locator('.notice').count()).toBe(0);
		expect(errors).toEqual([]);
		await close();
	});

	it('with a bad field names it, uses its default, and loses nothing else', async () => {
		const { page, errors, close } = await openPage({
			width: 1440,
			height: 900,
			address: '#task=backcopy&layers=3&heads=zwei&hiddenSize=96&colour=blue&v=1',
		});
		const notice = page.locator('.notice');
		await notice.waitFor();
		expect(await notice.textContent()).toMatch(/2 fields of the link.*heads.*zwei.*colour/s);
		expect(await page.getByLabel('Heads', { exact: true }).inputValue()).toBe('4');
		expect(await page.getByLabel('Layers', { exact: true }).inputValue()).toBe('3');
		expect(await page.getByLabel('Hidden size', { exact: true }).inputValue()).toBe('96');
		expect(await page.getByLabel('Task', { exact: true }).inputValue()).toBe('backcopy');
		expect(await page.getByRole('button', { name: 'Train' }).isEnabled()).toBe(true);
		expect(errors).toEqual([]);
		await close();
	});
});

it.each([
	['without WebGPU', /no WebGPU.*Chrome 135/s, () => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined })],
	['in a Chrome that is too old', /too old.*Chrome 135/s, () => Reflect.deleteProperty(globalThis, 'Float16Array')],
] as const)('%s the page says so, why, and what to do; the form still works', async (_, text, before) => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900, before });
	await page.getByRole('heading', { name: 'Training needs WebGPU' }).waitFor();
	expect(await page.locator('main').textContent()).toMatch(text);
	expect(await page.getByRole('button', { name: 'Train' }).getAttribute('aria-disabled')).toBe('true');
	await page.getByRole('group', { name: 'Model', exact: true }).locator('summary').first().click();
	await page.getByLabel('Layers', { exact: true }).fill('6');
	await page.waitForFunction(() => /[#&]layers=6&/.test(location.hash));
	expect(await seriousFindings(page)).toEqual([]);
	expect(errors).toEqual([]);
	await close();
});

it('“Check my GPU” finds every op within tolerance, and gives the table as JSON and CSV', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900 });
	await page.getByRole('button', { name: /^GPU: (?!looking)/ }).click();
	await page.getByRole('button', { name: 'Check my GPU' }).click();
	const summary = page.locator('dialog [role=status]');
	await summary.filter({ hasNotText: 'Checking' }).waitFor({ timeout: 150_000 });
	expect(await summary.textContent()).toMatch(/^All \d+ ops agree/);
	const rows = await page.locator('dialog tbody tr').count();
	expect(rows).toBeGreaterThan(15);

	const saved = async (name: string) => {
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
		return readFile(await download.path(), 'utf8');
	};
	const report = JSON.parse(await saved('Download JSON'));
	expect(report.adapter.name).toBeTruthy();
	expect(report.rows).toHaveLength(rows);
	const halves = report.rows.filter(({ storage }: OpCheck) => storage === 'float16').length;
	const adapterStoresHalf = await page.evaluate(async () => (await navigator.gpu.requestAdapter())?.features.has('shader-f16'));
	if (adapterStoresHalf) expect(halves).toBeGreaterThan(15);
	else expect(halves).toBe(0);
	expect(report.rows.every((row: OpCheck) => row.passed && row.largestError >= 0)).toBe(true);
	const csv = (await saved('Download CSV')).trimEnd().split('\r\n');
	expect(csv[0]).toBe('op,storage,cases,largestError,tolerance,passed,worstCase');
	expect(csv).toHaveLength(rows + 1);
	expect(errors).toEqual([]);
	await close();
});
