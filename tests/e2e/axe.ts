import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
	id: string;
	impact: string;
	nodes: { html: string }[];
}

interface Axe {
	run(options: object): Promise<{ violations: Violation[] }>;
}

/** Serious and critical findings of axe on the present page, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
	await page.evaluate(source);
	// Of passed rules, only one element is reported: reporting all takes half of axe's time.
	const { violations } = await page.evaluate(() =>
		(globalThis as unknown as { axe: Axe }).axe.run({ resultTypes: ['violations'], elementRef: false }),
	);
	return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
