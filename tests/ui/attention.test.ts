import { describe, expect, it } from 'vitest';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import type { AttentionMaps } from '../../src/experiment/records/frame';
import { FrameRecorder } from '../../src/session/client/runs/frames';
import type { ColumnView } from '../../src/ui/attention/columns';
import { clickOn, free, INITIAL, moveBy, panBy, pointAt, viewOf, zoomBy, zoomOut } from '../../src/ui/attention/explorer';
import { mapRecords } from '../../src/ui/attention/mapRecords';
import { cellText, probabilityAt, sinkShares, topKeys } from '../../src/ui/attention/maps';
import { ownLimit } from '../../src/ui/attention/paint';
import { choicesOf, shownRuns } from '../../src/ui/attention/shown';
import { barsPath, stripsOf, topsOf } from '../../src/ui/attention/strips';
import { indexAt, recordedSteps, stepAfter } from '../../src/ui/attention/timeline';
import { tokenImportance } from '../../src/ui/measures/frameMeasures';
import { runInfo } from '../session/client/fakePort';
import { frameOf, lookOf } from './invented';
import { view } from './views';

/** Two layers, one head, three tokens: in the first layer each token attends to itself, in the second to the first token. */
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
		expect(cellText(maps, { layer: 1, head: 0, query: 2, key: 0 })).toBe('layer 2, head 1: from “␣” (3) to “<s>” (1)');
	});

	it('find the share of the first token over all queries', () => {
		const [first, second] = sinkShares(maps);
		expect(first).toBeCloseTo(1 / 3, 6);
		expect(second).toBeCloseTo(0.75, 6);
	});

	it('list the keys that a query attends to, and no later ones', () => {
		expect(topKeys(maps, 1, 0, 1, 8)).toEqual([
			{ key: 0, probability: 0.75 },
			{ key: 1, probability: 0.25 },
		]);
	});

	it('give each key its importance: its column’s share of all attention, mean over heads', () => {
		expect([...tokenImportance(maps, 1)]).toEqual([2.25 / 3, 0.5 / 3, 0.25 / 3].map(Math.fround));
		// Softmax-off-by-one leaves rows below 1: importance is still a share.
		const half = { ...maps, probabilities: maps.probabilities.map((p) => p / 2) };
		expect([...tokenImportance(half, 1)]).toEqual([...tokenImportance(maps, 1)]);
	});

	it('end their own scale where their later queries do, whether attention or a difference is shown', () => {
		const frame = frameOf(runInfo('vanilla'), 200);
		const [limit, change] = [
			ownLimit({ maps: frame, attention: frame, minus: null }, 1, 0),
			ownLimit({ maps: { ...frame, probabilities: frame.probabilities.map((p) => 0.75 * p) }, attention: frame, minus: frame }, 1, 0),
		];
		expect(limit).toBeLessThan(1);
		expect(change).toBeCloseTo(limit / 4, 6);
		expect(ownLimit({ maps: frame, attention: frame, minus: frame }, 1, 0), 'no change at all').toBe(1);
	});
});

describe('the strips under a map', () => {
	const run = runInfo('vanilla');
	const { baseline } = lookOf(run, 100, null, NO_INTERVENTION);
	const { frame } = baseline;

	it('are the open layer’s numbers, with a loss only after a requested forward pass', () => {
		const strips = stripsOf(frame, 2, null);
		expect(strips.value?.[5]).toBe(frame.valueNorms[2 * frame.length + 5]);
		expect(strips.hidden?.[0]).toBe(frame.hiddenNorms[2 * frame.length]);
		expect(strips.loss).toBeUndefined();
		expect(stripsOf(frame, 2, baseline).loss).toBe(baseline.losses);
		expect(stripsOf(frame, 2, null), 'computed once').toBe(strips);
	});

	it('share a scale over all columns, and leave a gap for NaN', () => {
		const tops = topsOf([{ value: Float32Array.of(1, 2), loss: Float32Array.of(Number.NaN, 3) }, { value: Float32Array.of(5, 1) }]);
		expect(tops).toMatchObject({ value: 5, loss: 3, hidden: 0 });
		expect(barsPath(Float32Array.of(Number.NaN, 3), 0, 2, 2, 10, 3)).toBe('M2.0,10V0.0H4.0V10Z');
		expect(barsPath(Float32Array.of(1, 2, 4), 1, 1, 2, 10, 4), 'the part in view').toBe('M0.0,10V5.0H2.0V10Z');
	});
});

describe('the cell', () => {
	const at = (query: number, key: number) => ({ query, key });

	it('follows the pointer until a click locks it, and again after a second click or Escape', () => {
		const over = pointAt(at(3, 1))(INITIAL);
		expect(over.place).toEqual(at(3, 1));
		const locked = clickOn(at(3, 1))(over);
		expect(pointAt(at(5, 5))(locked).place).toEqual(at(3, 1));
		expect(pointAt(at(5, 5))(clickOn(at(3, 1))(locked)).place).toEqual(at(5, 5));
		expect(pointAt(null)(free(locked)).place).toBeNull();
		expect(clickOn(at(4, 0))(locked), 'another cell takes the lock').toMatchObject({ place: at(4, 0), locked: true });
	});

	it('is moved by arrow keys, never above the diagonal or over an edge', () => {
		const last = moveBy('ArrowRight', 8)(INITIAL);
		expect(last).toMatchObject({ place: at(7, 1), locked: true });
		expect(moveBy('End', 8)(last).place).toEqual(at(7, 7));
		expect(moveBy('ArrowUp', 8)(moveBy('End', 8)(last)).place, 'the key moves too').toEqual(at(6, 6));
		expect(moveBy('PageUp', 8)(last).place).toEqual(at(0, 0));
		expect(moveBy('x', 8)(last)).toBe(last);
	});

	it('stays in view as it is moved through a zoomed map', () => {
		const zoomed = zoomBy(1, 64)(clickOn(at(40, 20))(INITIAL));
		expect(viewOf(zoomed, 64)).toEqual({ query: 24, key: 4, count: 32 });
		const lower = ['PageDown', 'PageDown'].reduce((state, key) => moveBy(key, 64)(state), zoomed);
		expect(viewOf(lower, 64)).toEqual({ query: 29, key: 4, count: 32 });
	});
});

describe('zoom', () => {
	it('ends at eight tokens and at the whole map, and stays inside of a shorter text', () => {
		let state = INITIAL;
		for (let i = 0; i < 9; i++) state = zoomBy(1, 64)(state);
		expect(viewOf(state, 64)).toEqual({ query: 0, key: 0, count: 8 });
		expect(viewOf(panBy(100, 3, 64)(state), 64)).toEqual({ query: 56, key: 3, count: 8 });
		expect(viewOf(panBy(100, 3, 64)(state), 20)).toEqual({ query: 12, key: 3, count: 8 });
		expect(viewOf(state, 5), 'shorter than the view').toEqual({ query: 0, key: 0, count: 5 });
		expect(viewOf(zoomOut(state), 64).count).toBe(64);
	});
});

describe('recorded steps', () => {
	it('are those of every run shown; a run between two of its own shows the one before', () => {
		const recorders = [new FrameRecorder(), new FrameRecorder()];
		for (const step of [0, 20, 40]) recorders[0].add(frameOf(runInfo('vanilla'), step));
		for (const step of [30, 40]) recorders[1].add(frameOf(runInfo('svformer'), step));
		const steps = recordedSteps(recorders.map((recorder) => recorder.view()));
		expect(steps).toEqual([0, 20, 30, 40]);
		expect([10, 30, 99].map((step) => indexAt([0, 20, 40], step))).toEqual([0, 1, 2]);
		expect(indexAt([30, 40], 20), 'not recorded yet').toBe(-1);
	});

	it('are stepped through one by one; after the last, the view follows training', () => {
		expect(stepAfter([0, 20, 40], null, -1)).toBe(20);
		expect(stepAfter([0, 20, 40], 0, -1)).toBe(0);
		expect(stepAfter([0, 20, 40], 0, 1)).toBe(20);
		expect(stepAfter([0, 20, 40], 20, 1)).toBeNull();
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

	it('distinguish a fork from its parent, which has the same method, and use the user’s names', () => {
		const parent = view('vanilla', 1, []);
		const fork = { ...parent, info: { ...parent.info, id: 'fork', group: 'vanilla~fork' }, name: 'slower' };
		expect(shownRuns([parent, fork], [], null, 3).map((run) => run.info.id)).toEqual(['vanilla-1', 'fork']);
		expect(choicesOf([parent, fork], null)).toEqual([
			['vanilla', 'vanilla'],
			['vanilla~fork', 'slower'],
		]);
	});

	it('are none without runs', () => {
		expect(shownRuns([], [], null, 3)).toEqual([]);
	});
});

describe('the numbers of the open maps', () => {
	const column = (method: string): ColumnView => ({
		...{ role: '', baseline: null, intervened: null, intervention: NO_INTERVENTION },
		run: view(method, 1, [3]),
		frame: frameOf(runInfo(method), 200),
	});

	it('have a row per query and key up to it, and one for a sink logit, which make 1 together', () => {
		const records = mapRecords([column('vanilla'), column('sink:learned')], 1, 0, 'attention');
		const ofRow = (run: string, query: number) => records.filter((each) => each.run === run && each.query === query);
		expect(ofRow('vanilla', 5)).toHaveLength(5);
		expect(ofRow('sink:learned', 5)).toHaveLength(6);
		expect(ofRow('sink:learned', 5).at(-1)).toMatchObject({ key: null, key_token: 'sink logit' });
		for (const run of ['vanilla', 'sink:learned'])
			expect(ofRow(run, 5).reduce((sum, { value }) => sum + Number(value), 0)).toBeCloseTo(1, 3);
		expect(mapRecords([column('sink:learned')], 1, 0, 'moved').every(({ key }) => key !== null)).toBe(true);
	});
});
