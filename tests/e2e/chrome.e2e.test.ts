/** The oldest Chrome that the page promises, against the features that the built page uses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../scripts/build-page.mjs';
import { OLDEST_CHROME } from '../../src/experiment/records/adapter';
import { NEEDED, OPTIONAL, TOO_NEW } from '../docs/chromeFeatures';

describe('the built page', () => {
	let files: { name: string; text: string }[];
	beforeAll(async () => {
		const folder = await buildPage();
		files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(js|css|html)$/.test(name))
			.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
	});
	const using = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

	it.each([...NEEDED, ...OPTIONAL].map(({ name, pattern }) => [name, pattern] as const))('uses %s', (_, pattern) => {
		expect(using(pattern)).not.toEqual([]);
	});

	it.each(TOO_NEW.map(({ name, chrome, pattern }) => [name, chrome, pattern] as const))(
		'does without %s, of Chrome %d',
		(_, chrome, pattern) => {
			expect(chrome).toBeGreaterThan(OLDEST_CHROME);
			expect(using(pattern)).toEqual([]);
		},
	);

	it('promises the first Chrome that has all it needs', () => {
		expect(OLDEST_CHROME).toBe(Math.max(...NEEDED.map(({ chrome }) => chrome)));
	});
});
