import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink } from '../../src/experiment/link';
import { PRESETS } from '../../src/experiment/presets';
import { judgeReproduction, type RerunRun } from '../../src/experiment/reproduction';
import { readSentRuns, type SentGroup, type SentRuns, stretches, withRuns } from '../../src/experiment/sentRuns';

const by = { adapter: 'NVIDIA GeForce RTX 4070 (Ada)', kernels: '32 lanes, tiles', build: '123456789+' };
const group = (name: string, label: string, values: number[]): SentGroup => ({
	name,
	label,
	points: [],
	length: 600,
	curve: [],
	runs: values.map((value, i) => ({ seed: i + 1, values: [value], losses: `h${i}` })),
});
const groups = [group('vanilla', 'Vanilla', [1.9433211088180542, 1.95, 1.96]), group('svformer', 'SVFormer', [1.8, 1.82, 1.81])];
const sent: SentRuns = { by, groups };
const falling = (_: string, borders: readonly number[]) => borders.slice(1).map((border) => 4 / (1 + border / 100));

describe('the runs in a link', () => {
	it('come back exactly, with curves to a thousandth and who measured them, and change no experiment', () => {
		const experiment = PRESETS[0].experiment;
		const link = withRuns(encodeLink(experiment), sent, falling);
		const read = readSentRuns(`https://example.org/#${link}`);
		expect(read.problems).toEqual([]);
		expect(read.sent?.by).toEqual(by);
		expect(read.sent?.groups.map(({ curve: _, ...rest }) => rest)).toEqual(groups.map(({ curve: _, ...rest }) => rest));
		const curve = read.sent?.groups[0].curve ?? [];
		expect(curve).toHaveLength(24);
		falling('vanilla', stretches(600, 24)).forEach((value, i) => {
			expect(Math.abs(curve[i] - value)).toBeLessThan(1e-3);
		});
		expect(decodeLink(`#${link}`)).toEqual({ experiment: decodeLink(encodeLink(experiment)).experiment, problems: [] });
	});

	it('survive a chat that escapes the link and ends a sentence after it', () => {
		const link = withRuns('layers=3&v=1', sent, falling);
		for (const address of [`https://example.org/#${link.replaceAll('&', '&amp;')}).`, `https://example.org/?${link}`])
			expect(readSentRuns(address).sent?.groups.map(({ runs }) => runs)).toEqual(groups.map(({ runs }) => runs));
	});

	it('stay short however many there are: curves are left out before runs', () => {
		const many = Array.from({ length: 40 }, (_, i) => group(`vanilla`, `m${i}`, [1.9433211088180542, 1.95, 1.96]));
		const link = withRuns('v=1', { by, groups: many }, falling);
		expect(link.length).toBeLessThan(1900);
		expect(readSentRuns(link).sent?.groups.every(({ curve }) => curve.length === 0)).toBe(true);
	});

	it('never throw when they are damaged', () => {
		const link = withRuns('v=1', sent, falling);
		fc.assert(
			fc.property(fc.nat(link.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, length, piece) => {
				const { sent: read } = readSentRuns(link.slice(0, at) + piece + link.slice(at + length));
				for (const { length, curve, runs } of read?.groups ?? []) {
					expect(length).toBeGreaterThan(0);
					expect([...curve, ...runs.flatMap(({ values }) => values.map((value) => value ?? 0))].every(Number.isFinite)).toBe(true);
				}
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('the verdict on runs that were trained again', () => {
	/** The same runs with other values. */
	const again = (change: (value: number, name: string, seed: number) => number, hash = 'other') => {
		const rerun = (name: string, seed: number): RerunRun | null => {
			const run = groups.find((each) => each.name === name)?.runs.find((each) => each.seed === seed);
			return run
				? { seed, values: run.values.map((value) => change(value ?? 0, name, seed)), losses: hash || run.losses, diverged: false }
				: null;
		};
		return judgeReproduction(groups, rerun);
	};

	it('is “same bits” only if every loss and every measurement is the same', () => {
		expect(again((value) => value, '')?.verdict).toBe('same bits');
		expect(again((value) => value)?.verdict).toBe('rounding');
		expect(again((value) => value + 2 ** -40, '')?.verdict).toBe('rounding');
	});

	it('is “within” if the seeds explain the differences, with the largest one', () => {
		const found = again((value, _, seed) => value + (seed === 2 ? 0.004 : -0.001));
		expect(found?.verdict).toBe('within');
		expect(found?.largest[0]).toBeCloseTo(0.004, 9);
	});

	it('is “not reproduced” if a method’s values are others, or it is no longer separated from the baseline', () => {
		const other = again((value, name) => (name === 'svformer' ? value - 0.3 : value));
		expect(other?.contradictions).toMatchObject([{ kind: 'value', label: 'SVFormer', difference: { n: 3, separated: true } }]);
		const noise = again((value, name, seed) => (name === 'svformer' ? value + [0, 0.3, -0.2][seed - 1] : value));
		expect(noise?.contradictions).toMatchObject([{ kind: 'outcome', sent: 'lower', here: 'not separated', baseline: 'Vanilla' }]);
		expect([other?.verdict, noise?.verdict]).toEqual(['not reproduced', 'not reproduced']);
	});

	it('is about the methods of one point of a sweep', () => {
		const at = (point: number, baseline: number[], method: number[]) => [
			{ ...group(`vanilla;point=${point + 1}`, `Vanilla, ${point}`, baseline), points: [point] },
			{ ...group(`svformer;point=${point + 1}`, `SVFormer, ${point}`, method), points: [point] },
		];
		const sweep = [...at(0, [2, 2.02, 2.01], [1.8, 1.83, 1.81]), ...at(1, [1.5, 1.53, 1.51], [1.7, 1.74, 1.71])];
		const again = (change: (value: number, name: string, seed: number) => number) =>
			judgeReproduction(sweep, (name, seed) => {
				const value = sweep.find((each) => each.name === name)?.runs[seed - 1].values[0] ?? 0;
				return { seed, values: [change(value, name, seed)], losses: 'other', diverged: false };
			});
		expect(again((value, _, seed) => value + (seed === 2 ? 0.004 : -0.001))?.verdict).toBe('within');
		// Point 2's values are nearer to those of point 1's baseline than to their own.
		const other = again((value, name, seed) => (name === 'svformer;point=2' ? value + [-0.5, 0.2, -0.1][seed - 1] : value));
		expect(other?.contradictions).toMatchObject([
			{ kind: 'outcome', label: 'SVFormer, 1', baseline: 'Vanilla, 1', sent: 'higher', here: 'not separated' },
		]);
	});

	it('does not call losses the same that were not kept', () => {
		const thinned = groups.map((each) => ({
			...each,
			runs: each.runs.map((run) => ({ ...run, losses: run.seed === 1 ? null : run.losses })),
		}));
		const rerun = (name: string, seed: number) => {
			const run = thinned.find((each) => each.name === name)?.runs[seed - 1];
			return run ? { ...run, diverged: false } : null;
		};
		expect(judgeReproduction(thinned, rerun)?.verdict).toBe('rounding');
	});

	it('does not judge one seed, and waits for all runs', () => {
		const one = groups.map((each) => ({ ...each, runs: each.runs.slice(0, 1) }));
		const shifted = (_: string, seed: number): RerunRun => ({ seed, values: [1.7], losses: 'x', diverged: false });
		expect(judgeReproduction(one, shifted)?.verdict).toBe('one seed');
		expect(judgeReproduction(groups, (name, seed) => (name === 'vanilla' ? shifted(name, seed) : null))).toBeNull();
	});
});
