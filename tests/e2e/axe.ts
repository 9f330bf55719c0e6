import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
	id: string;
	impact: string;
	nodes: { html: string }[];
}

/** Serious and critical findings of axe on the present page, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
	await page.evaluate(source);
	const { violations } = await page.evaluate(() =>
		(globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run(),
	);
	return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
