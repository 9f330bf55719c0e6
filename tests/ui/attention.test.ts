import { describe, expect, it } from 'vitest';
import type { AttentionMaps } from '../../src/session/client/protocol';
import { cellWords, probabilityAt, sinkShares, topKeys } from '../../src/ui/attention/maps';
import { shownRuns } from '../../src/ui/attention/shown';
import { view } from './views';

/** Two layers, one head, three tokens: the first layer looks at itself, the second at the first token. */
const maps: AttentionMaps = {
	run: 'vanilla-1',
	step: 40,
	layers: 2,
	heads: 1,
	length: 3,
	tokens: ['<s>', 'a', '␣'],
	probabilities: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0.75, 0.25, 0, 0.5, 0.25, 0.25]),
};

describe('attention maps', () => {
	it('read a row as a query and a column as a key', () => {
		expect(probabilityAt(maps, { layer: 1, head: 0, query: 1, key: 0 })).toBe(0.75);
		expect(probabilityAt(maps, { layer: 1, head: 0, query: 0, key: 1 })).toBe(0);
		expect(cellWords(maps, { layer: 1, head: 0, query: 2, key: 0 })).toBe('layer 2, head 1: query 3 ␣ → key 1 <s>');
	});

	it('find the share of the first token over all queries', () => {
		const [first, second] = sinkShares(maps);
		expect(first).toBeCloseTo(1 / 3, 6);
		expect(second).toBeCloseTo(0.75, 6);
	});

	it('list what a query looks at, and nothing after it', () => {
		expect(topKeys(maps, 1, 0, 1, 8)).toEqual([
			{ key: 0, probability: 0.75 },
			{ key: 1, probability: 0.25 },
		]);
	});
});

describe('the columns of maps', () => {
	const runs = ['vanilla', 'resformer', 'svformer'].flatMap((method) => [1, 2].map((seed) => view(method, seed, [])));
	const ids = (chosen: (string | null)[], seed: number | null, columns: number) =>
		shownRuns(runs, chosen, seed, columns).map((run) => run.info.id);

	it('show one method each, as many as fit', () => {
		expect(ids([], null, 3)).toEqual(['vanilla-1', 'resformer-1', 'svformer-1']);
		expect(ids([], 2, 2)).toEqual(['vanilla-2', 'resformer-2']);
	});

	it('keep a chosen method in its column and fill the others with the rest', () => {
		expect(ids(['svformer'], null, 2)).toEqual(['svformer-1', 'vanilla-1']);
	});

	it('forget a choice that a new experiment does not have, and prefer a seed that did not diverge', () => {
		expect(ids(['neutreno'], 7, 1)).toEqual(['vanilla-1']);
		const diverged = runs.map((run) => (run.info.id === 'vanilla-1' ? { ...run, divergedAt: 3 } : run));
		expect(shownRuns(diverged, [], null, 1)[0].info.id).toBe('vanilla-2');
	});

	it('are none without runs', () => {
		expect(shownRuns([], [], null, 3)).toEqual([]);
	});
});
