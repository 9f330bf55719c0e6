import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentNamed } from '../../src/cli/experiment';
import { UsageError } from '../../src/cli/failure';
import { decodeLink, encodeLink, linkProblems } from '../../src/experiment/link';
import { isLinkQuery } from '../../src/experiment/linkText';
import { readSeen, type SharedMeasure, withResults } from '../../src/experiment/resultLink';
import type { Experiment } from '../../src/experiment/types';
import { checkExperiment } from '../../src/experiment/validate';
import { BOUNDED } from '../support/properties';
import { randomExperiment, randomSweep } from './random';

const HASH = 'task=backcopy&methods=vanilla,resformer:sparse(3;1;layers=2)+gqa:1&layers=3&kvHeads=2&seeds=1,2&v=1';
const WANTED = decodeLink(HASH).experiment;
const SITE = 'https://example.org/lab/';

const carried: Record<string, string> = {
	'HTML escapes': `${SITE}#${HASH.replaceAll('&', '&amp;')}`,
	'HTML escapes, twice': `${SITE}#${HASH.replaceAll('&', '&amp;amp;')}`,
	'numeric HTML escapes': `${SITE}#${HASH.replaceAll('&', '&#38;').replaceAll('=', '&#x3D;')}`,
	'a percent-encoded #': `${SITE}%23${HASH}`,
	'a percent-encoded # and separators': `${SITE}%23${encodeURIComponent(HASH)}`,
	'percent-encoding of the whole link': encodeURIComponent(`${SITE}#${HASH}`),
	'percent-encoded =': `${SITE}#${HASH.replaceAll('=', '%3D')}`,
	'percent-encoded &': `${SITE}#${HASH.replaceAll('&', '%26')}`,
	'percent-encoded & and =': `${SITE}#${encodeURIComponent(HASH)}`,
	'percent-encoding twice': `${SITE}#${encodeURIComponent(encodeURIComponent(HASH))}`,
	'a query in place of the hash': `${SITE}?${HASH}`,
	'a query and an empty hash': `${SITE}?${HASH}#`,
	'a query with tracking parameters': `${SITE}?utm_source=chat&${HASH}&fbclid=abc`,
	'tracking parameters after the hash': `${SITE}#${HASH}&utm_source=chat`,
	'a tracking query after the hash': `${SITE}#${HASH}?utm_source=chat`,
	'a tracking query before the hash': `${SITE}?utm_source=chat#${HASH}`,
	'a line break in a value': `${SITE}#${HASH.replace('resformer', 'res\nformer')}`,
	'a line break in a name': `${SITE}#${HASH.replace('layers=3', 'lay\r\n  ers=3')}`,
	'a quoted line break': `${SITE}#${HASH.replace('vanilla,', 'vanilla,\r\n> > ')}`,
	'a percent-encoded line break': `${SITE}#${HASH.replace('vanilla,', 'vanilla,%0D%0A')}`,
	'a percent-encoded blank': `${SITE}#${HASH.replace('vanilla,', 'vanilla,%20')}`,
	'characters without width': `${SITE}#${HASH.replace('vanilla,', 'vanilla,\u200b').replace('seeds=', 'seeds=%E2%80%8B')}`,
	'a leading blank and #': ` ##${HASH}`,
	'pointed brackets': `<${SITE}#${HASH}>`,
	brackets: `(${SITE}#${HASH}).`,
	'typographic quotes': `“${SITE}#${HASH}”`,
	'encoded quotes at the end': `${SITE}#${HASH}%E2%80%9D%3E`,
	'an escaped bracket at the end': `${SITE}#${HASH}&gt;`,
	'bold type': `${SITE}#${HASH}**`,
};

describe('a link that another program has changed', () => {
	it.each(Object.entries(carried))('is read as it was sent, through %s', (_, link) => {
		expect(decodeLink(link)).toEqual({ experiment: WANTED, problems: [] });
		expect(experimentNamed(link)).toEqual(WANTED);
	});

	it.each([...')}].,;:!?>"\'”»…*_`|'])('is read with %s at its end', (character) => {
		expect(decodeLink(`${SITE}#${HASH}${character}`)).toEqual({ experiment: WANTED, problems: [] });
		expect(decodeLink(`#methods=resformer:sparse(layers=2)${character}`)).toMatchObject({
			// `_` is a part of values of a sweep, so that it is refused rather than dropped there.
			...(character === '_'
				? { problems: [{ field: 'methods' }] }
				: { experiment: { methods: ['resformer:sparse(layers=2)'] }, problems: [] }),
		});
	});

	it('keeps the punctuation of a text that belongs to it', () => {
		const experiment: Experiment = { ...WANTED, task: 'backcopy', triggerCharacters: '.)>' };
		expect(decodeLink(`${SITE}#${encodeLink(experiment)}).`)).toEqual({ experiment, problems: [] });
		expect(decodeLink('task=backcopy&triggerCharacters=.)').experiment.triggerCharacters).toBe('.)');
	});

	it('is refused by name if a part is lost, never read as the default experiment', () => {
		const broken = {
			[`${SITE}#task=backcopy&metho…`]: 'metho',
			[`${SITE}#task=3Dbackcopy&v=1`]: 'task',
			[`${SITE}#task:backcopy`]: 'task:backcopy',
			[`${SITE}#hello`]: 'hello',
			[`${SITE}?hidenSize=32`]: 'hidenSize',
		};
		for (const [link, field] of Object.entries(broken)) {
			expect(
				decodeLink(link).problems.map((problem) => problem.field),
				link,
			).toContain(field);
			expect(() => experimentNamed(link), link).toThrow(UsageError);
		}
		for (const link of [SITE, `${SITE}#`, '#', `${SITE}?utm_source=chat`, `${SITE}#utm_source=chat`])
			expect(() => experimentNamed(link), link).toThrow(/has no experiment/);
	});

	it('is told apart from a query of the host', () => {
		expect(isLinkQuery(`?${HASH}`)).toBe(true);
		expect(isLinkQuery('?utm_source=chat&x=1')).toBe(false);
		expect(isLinkQuery('')).toBe(false);
	});
});

/** 200 experiments: making a random one takes longer than reading its link. */
const links = Array.from({ length: 200 }, (_, seed) => (seed % 4 === 0 ? randomSweep(seed) : randomExperiment(seed)))
	.filter((experiment) => linkProblems(experiment).length === 0)
	.map((experiment) => ({ experiment, hash: encodeLink(experiment) }));
const link = fc.constantFrom(...links);
const seen: SharedMeasure[] = [
	{
		measure: 'validationLoss',
		layer: null,
		step: 600,
		groups: [{ name: 'a fork, λ = 0', label: 'a fork, λ = 0', mean: 1.5, half: 0.02, n: 3 }],
	},
];

const carriers = fc.subarray<(link: string) => string>([
	(link) => link.replaceAll('&', '&amp;'),
	(link) => link.replace('#', '%23'),
	(link) => link.replaceAll('=', '%3D'),
	(link) => link.replace('#', '?'),
	(link) => `${link.slice(0, link.length >> 1)}\r\n> ${link.slice(link.length >> 1)}`,
	(link) => `${link}&utm_source=x`,
	(link) => `<${link}>`,
	(link) => `${link}).`,
]);
const character = fc.constantFrom(
	...'&=#%?~!,;:().>< \n+/\u200b0123456789avsr',
	'&amp;',
	'%23',
	'%3D',
	'%26',
	'%',
	'%25',
	'v=1',
	'layers=',
);
const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), character), { minLength: 1, maxLength: 4 });
const RUNS = { ...BOUNDED, numRuns: 5000, interruptAfterTimeLimit: 40_000 };

describe('10,000 links', () => {
	it('keep experiment and results through any carriers', () => {
		fc.assert(
			fc.property(link, carriers, ({ experiment, hash }, carriers) => {
				const address = carriers.reduce((text, carry) => carry(text), `${SITE}#${withResults(hash, seen)}`);
				expect(decodeLink(address), address).toEqual({ experiment, problems: [] });
				expect(readSeen(address), address).toEqual({ seen, problems: [] });
			}),
			RUNS,
		);
	}, 90_000);

	it('never throw after any change, and give an experiment that runs or a reason', () => {
		fc.assert(
			fc.property(link, edits, ({ hash }, edits) => {
				const address = edits.reduce((text, [at, length, other]) => {
					const from = Math.floor(at * text.length);
					return text.slice(0, from) + other + text.slice(from + length);
				}, `#${hash}`);
				const { experiment } = decodeLink(address);
				expect(checkExperiment(experiment), address).toEqual([]);
				expect(Array.isArray(readSeen(address).seen)).toBe(true);
			}),
			RUNS,
		);
	}, 90_000);
});
