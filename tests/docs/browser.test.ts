import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OLDEST_CHROME } from '../../src/experiment/records/adapter';

it('promises the same oldest Chrome in README as the page does', () => {
	const promised = [...readFileSync('README.md', 'utf8').matchAll(/Chrome (\d{3})/g)].map(([, version]) => Number(version));
	expect(new Set(promised)).toEqual(new Set([OLDEST_CHROME]));
});
