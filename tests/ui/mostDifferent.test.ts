import { describe, expect, it } from 'vitest';
import type { AttentionMaps } from '../../src/experiment/records/frame';
import { firstTokenShare } from '../../src/ui/measures/firstToken';
import { differenceBetween, mostDifferent, type Probes } from '../../src/ui/measures/mostDifferent';

/** Two layers of one head and three tokens, of which the later two give the first these shares, and the rest to themselves. */
function mapsOf(step: number, ...shares: [layer1: number, layer2: number]): AttentionMaps {
	const layer = (share: number) => [1, 0, 0, share, 1 - share, 0, share, 0, 1 - share];
	return {
		run: 'run',
		step,
		layers: 2,
		heads: 1,
		length: 3,
		tokens: ['<s>', 'a', 'b'],
		probabilities: Float32Array.from(shares.flatMap(layer)),
	};
}

const probes = (...maps: AttentionMaps[]): Probes => ({ steps: maps.map(({ step }) => step), at: (index) => maps[index] });

describe('the difference of two maps', () => {
	const [a, b] = [mapsOf(0, 0.25, 0.5), mapsOf(0, 0.75, 0.5)];

	it('is that of the first token’s shares, without the query that has no other key', () => {
		expect(firstTokenShare(a, 0, 0)).toBe(0.25);
		expect(differenceBetween(a, b, 0, 0, 'first')).toBe(0.5);
		expect(differenceBetween(a, b, 1, 0, 'first')).toBe(0);
	});

	it('is the mean share of a row’s attention that goes elsewhere', () => {
		expect(differenceBetween(a, b, 0, 0, 'rows')).toBeCloseTo(1 / 3, 6);
		expect(differenceBetween(b, a, 0, 0, 'rows')).toBeCloseTo(1 / 3, 6);
	});
});

describe('the place where maps differ most', () => {
	const base = probes(mapsOf(0, 0.5, 0.5), mapsOf(100, 0.5, 0.5));

	it('is the run, layer and step, whichever sign the difference has', () => {
		const near = probes(mapsOf(0, 0.5, 0.5), mapsOf(100, 0.75, 0.5));
		const far = probes(mapsOf(0, 0.5, 0.5), mapsOf(100, 0.5, 0));
		expect(mostDifferent([base, near, far], 'first')).toEqual({ run: 2, layer: 1, head: 0, step: 100, by: 0.5 });
	});

	it('is at an earlier step only if runs differ clearly more there', () => {
		const slightly = probes(mapsOf(0, 1, 0.5), mapsOf(100, 0.9375, 0.5));
		expect(mostDifferent([base, slightly], 'first')?.step).toBe(100);
		const clearly = probes(mapsOf(0, 1, 0.5), mapsOf(100, 0.75, 0.5));
		expect(mostDifferent([base, clearly], 'first')).toMatchObject({ step: 0, by: 0.5 });
	});

	it('stays at the open place unless another differs clearly more', () => {
		const open = { run: 1, layer: 1, head: 0, step: 50 };
		const other = (layer1: number) => [base, probes(mapsOf(100, layer1, 0.75))];
		expect(mostDifferent(other(0.78), 'first', open)?.layer).toBe(1);
		expect(mostDifferent(other(1), 'first', open)?.layer).toBe(0);
	});

	it('does not exist for one run, equal maps, or runs that share no step or shape', () => {
		expect(mostDifferent([base], 'first')).toBeNull();
		expect(mostDifferent([base, base], 'rows')).toBeNull();
		expect(mostDifferent([base, probes(mapsOf(50, 1, 1))], 'rows')).toBeNull();
		const wider = { ...mapsOf(100, 1, 1), heads: 2, layers: 1 };
		expect(mostDifferent([base, probes(wider)], 'rows')).toBeNull();
	});
});
