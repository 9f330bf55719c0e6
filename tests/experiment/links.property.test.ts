import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink, linkProblems } from '../../src/experiment/link';
import { readSeen, type SharedMeasure, withResults } from '../../src/experiment/resultLink';
import { checkExperiment } from '../../src/experiment/validate';
import { BOUNDED } from '../support/properties';
import { randomExperiment, randomSweep } from './random';

const experiment = fc.tuple(fc.nat(0x7fffffff), fc.boolean()).map(([seed, sweep]) => (sweep ? randomSweep(seed) : randomExperiment(seed)));

/** Pieces of links, and what people and browsers make of them. */
const piece = fc.oneof(
	fc.constantFrom(
		...['&', '=', '#', '%', '%25', '%ZZ', '%F0%9F', ',', '~', '!', '@', '.', ':', ';', '(', ')', '+', ' ', '?', '/', '\n', '🐋', '\ud800'],
		...['layers', 'methods', 'seeds', 'seed', 'text', 'task', 'preset', 'v', 'r', '__proto__', 'constructor', 'toString', 'version'],
		...['task=own-text', 'methods=resformer:sparse(', 'preset=default', 'r=validationLoss@600~vanilla,1,,1', 'v=1', 'null', 'true', 'NaN'],
		...['1e999', '-0', '1e-400', '0x10', '99999999999999999999', 'layers=1', 'heads=3', 'hiddenSize=9', 'kvHeads=0'],
		...['sweep', 'sweep=', 'sweep=/', 'sweep=steps/9', 'sweep=steps~seeds/9~1', '~_', '/_', '%5F', 'sweep=__proto__/1', 'sweep=sweep/1'],
	),
	fc.string({ unit: 'binary', maxLength: 12 }),
);
const fragments = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''));
/** A link with stretches cut out and others put in. */
const mutated = fc
	.tuple(experiment, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(9), piece), { minLength: 1, maxLength: 5 }))
	.map(([experiment, changes]) =>
		changes.reduce((link, [at, length, piece]) => {
			const from = Math.floor(at * link.length);
			return link.slice(0, from) + piece + link.slice(from + length);
		}, encodeLink(experiment)),
	);

describe('a link', () => {
	it('round-trips any experiment', () => {
		fc.assert(
			fc.property(experiment, (experiment) => {
				fc.pre(linkProblems(experiment).length === 0);
				const link = encodeLink(experiment);
				expect(decodeLink(link)).toEqual({ experiment, problems: [] });
				expect(decodeLink(new URL(`https://example.org/#${link}`).href)).toEqual({ experiment, problems: [] });
			}),
			BOUNDED,
		);
	});

	it('with any change never throws, and gives an experiment that can run', () => {
		fc.assert(
			fc.property(fc.oneof(fragments, mutated), (address) => {
				const { experiment, problems } = decodeLink(address);
				expect(checkExperiment(experiment)).toEqual([]);
				for (const { field, message } of problems) {
					expect(message.length).toBeLessThan(1000);
					expect(typeof field).toBe('string');
				}
				// The same experiment again, and no problem that is left.
				if (linkProblems(experiment).length === 0) expect(decodeLink(encodeLink(experiment))).toEqual({ experiment, problems: [] });
			}),
			BOUNDED,
		);
	});
});

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => !/\p{Surrogate}/u.test(text));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const shared: fc.Arbitrary<SharedMeasure> = fc.record({
	measure: fc.constantFrom('validationLoss', 'sinkAttention', 'entropy', 'own measure'),
	layer: fc.option(fc.nat(99), { nil: null }),
	step: fc.nat(1_000_000),
	groups: fc.array(
		fc.record({
			name,
			label: fc.constant(''),
			mean: finite,
			half: fc.option(finite.map(Math.abs), { nil: null }),
			n: fc.integer({ min: 1, max: 999 }),
		}),
		{ minLength: 1, maxLength: 3 },
	),
});
const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(5)) + 0);

describe('results in a link', () => {
	it('are read back to five digits from an address that a browser has normalized', () => {
		fc.assert(
			fc.property(fc.array(shared, { maxLength: 2 }), experiment, (seen, experiment) => {
				const link = withResults(encodeLink(experiment), seen);
				const { seen: read, problems } = readSeen(new URL(`https://example.org/#${link}`).href);
				expect(problems).toEqual([]);
				expect(decodeLink(link).experiment).toEqual(decodeLink(encodeLink(experiment)).experiment);
				// Groups may be left out for want of room, never changed.
				for (const { measure, layer, step, groups } of read) {
					const candidates = seen.filter((other) => other.measure === measure && other.layer === layer && other.step === step);
					const all = candidates.flatMap(({ groups }) =>
						groups.map((group) => [group.name, rounded(group.mean), rounded(group.half), group.n]),
					);
					for (const { name, mean, half, n } of groups) expect(all).toContainEqual([name, mean, half, n]);
				}
			}),
			BOUNDED,
		);
	});

	it('with any change never throw, and give no NaN', () => {
		const address = fc.oneof(
			fragments.map((text) => `r=${text}`),
			fc.tuple(fc.array(shared, { minLength: 1, maxLength: 2 }), fc.nat(200), fc.nat(9), piece).map(([seen, at, length, piece]) => {
				const link = withResults('', seen);
				return link.slice(0, at) + piece + link.slice(at + length);
			}),
			fragments,
		);
		fc.assert(
			fc.property(address, (address) => {
				const { seen, problems } = readSeen(address);
				for (const { measure, layer, step, groups } of seen) {
					expect(measure).not.toBe('');
					expect(layer === null || (Number.isInteger(layer) && layer >= 0)).toBe(true);
					expect(Number.isInteger(step)).toBe(true);
					expect(groups.length).toBeGreaterThan(0);
					for (const { mean, half, n } of groups) {
						expect(Number.isFinite(mean)).toBe(true);
						expect(half === null || (Number.isFinite(half) && half >= 0)).toBe(true);
						expect(Number.isInteger(n) && n >= 1).toBe(true);
					}
				}
				for (const { message } of problems) expect(message.length).toBeLessThan(200);
			}),
			BOUNDED,
		);
	});
});
