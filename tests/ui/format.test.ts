import { expect, it } from 'vitest';
import { recordsCsv } from '../../src/session/client/results/csvLine';
import { formatBytes, formatCount, formatDuration, formatLoss, formatShare, formatShort, list } from '../../src/ui/shared/format';

it('numbers are written as people write them', () => {
	expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
	expect([999, 112_400, 999_999, 1_240_000].map(formatShort)).toEqual(['999', '112 k', '1 M', '1.24 M']);
	expect([512, 3.1 * 1024 ** 2, 2 * 1024 ** 3].map(formatBytes)).toEqual(['512 B', '3.1 MiB', '2 GiB']);
	expect([0.4, 43, 59.6, 125, 1069, 2278].map(formatDuration)).toEqual(['0 s', '45 s', '1 min', '2 min', '20 min', '40 min']);
	expect([3590, 4320, 35_900, 925_200, 171_000].map(formatDuration)).toEqual(['1 h', '1 h 10 min', '10 h', '11 days', '2 days']);
	expect([0.0241, 0.0996, 0.113].map(formatShare)).toEqual(['2.4 %', '10 %', '11 %']);
	expect([1.2345, Number.NaN].map(formatLoss)).toEqual(['1.234', '–']);
	expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(list)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});

it('a CSV keeps commas, quotes and missing values in their cells', () => {
	expect(
		recordsCsv([
			{ op: 'a,b', worst: 'say "x"' },
			{ op: 'c', cases: 3 },
		]),
	).toBe('op,worst,cases\r\n"a,b","say ""x""",\r\nc,,3\r\n');
	expect(recordsCsv([])).toBe('');
});
