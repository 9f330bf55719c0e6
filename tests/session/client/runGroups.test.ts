import { describe, expect, it } from 'vitest';
import type { RunInfo } from '../../../src/experiment/records/run';
import { baselineOf, differences, groupsOf, tokensAt } from '../../../src/session/client/runs/runGroups';
import { view } from '../../ui/views';
import { runInfo } from './fakePort';

const methods = (...names: string[]) => names.map((name) => view(name, 1, [3]));

describe('groups', () => {
	it('hold the runs that differ by their seed alone, in the order of their first', () => {
		const runs = [view('vanilla', 1, [3], {}, 'Vanilla'), view('svformer', 1, [3]), view('vanilla', 2, [3], {}, 'Vanilla')];
		expect(groupsOf(runs).map(({ group, label, runs }) => [group, label, runs.map(({ info }) => info.seed)])).toEqual([
			['vanilla', 'Vanilla', [1, 2]],
			['svformer', 'svformer', [1]],
		]);
	});

	it('are compared with the pinned one, else vanilla from its start, else the first', () => {
		const runs = methods('svformer', 'resformer', 'vanilla');
		expect(baselineOf(runs, 'resformer')?.group).toBe('resformer');
		expect(baselineOf(runs, null)?.group).toBe('vanilla');
		expect(baselineOf(runs, 'removed since')?.group).toBe('vanilla');
		expect(baselineOf(methods('svformer', 'resformer'), null)?.group).toBe('svformer');
		const fork = view('vanilla', 1, [3]);
		const forked = { ...fork, info: { ...fork.info, group: 'vanilla, other', fork: { from: 'x', step: 1, change: { clip: 2 } } } };
		expect(baselineOf([forked, ...methods('resformer')], null)?.group).toBe('vanilla, other');
		expect(baselineOf([forked, ...runs], null)?.group).toBe('vanilla');
		expect(baselineOf([], null)).toBeNull();
	});
});

describe('differences of runs', () => {
	const words = (...infos: RunInfo[]) => [...differences(infos.map((info) => ({ info }))).values()];
	const vanilla = runInfo('vanilla');
	const changed = (info: RunInfo, change: object): RunInfo => ({ ...info, id: 'changed', experiment: { ...info.experiment, ...change } });

	it('are none if only methods and seeds differ', () => {
		expect(words(vanilla, runInfo('svformer', 2))).toEqual([[], []]);
	});

	it('are all fields that are not the same in all of them, with their labels', () => {
		expect(words(vanilla, changed(vanilla, { learningRate: 0.001, kvHeads: 2, tieWordEmbeddings: true, ropeTheta: 500 }))).toEqual([
			['KV heads as many as heads', 'tie embeddings off', 'RoPE θ 10000', 'learning rate 0.003'],
			['KV heads 2', 'tie embeddings on', 'RoPE θ 500', 'learning rate 0.001'],
		]);
	});

	it('are named for the runs that differ from most', () => {
		const others = [vanilla, runInfo('vanilla', 2), runInfo('svformer')];
		expect(words(...others, changed(runInfo('vanilla', 3), { learningRate: 0.001 }))).toEqual([[], [], [], ['learning rate 0.001']]);
	});

	it('name a fork’s change and step once', () => {
		const change = { learningRate: 0.001 };
		const fork = { ...changed(vanilla, change), fork: { from: 'vanilla-1', step: 240, change } };
		expect(words(vanilla, fork)).toEqual([['learning rate 0.003'], ['learning rate 0.001 from step 240']]);
		const other = { ...runInfo('svformer'), fork: { from: 'vanilla-1', step: 240, change: { methods: ['svformer'] } } };
		expect(words(vanilla, other)).toEqual([[], ['SVFormer from step 240']]);
	});

	it('name λ that the user changed, with the layers if not all were', () => {
		const edit = (layer: number, index: number, value: number) => ({ layer, index, value, label: ['λ₁', 'λ₂'][index] });
		const moved = [
			{ step: 300, lambdas: [1, 2, 3].map((layer) => edit(layer, 1, 0.8)) },
			{ step: 340, lambdas: [edit(2, 0, 0), edit(2, 1, 1)] },
		];
		expect(words({ ...runInfo('resformer'), lambdaEdits: moved })).toEqual([
			['λ₂ 0.8 from step 300', 'λ₁ 0 in layer 3 from step 340', 'λ₂ 1 in layer 3 from step 340'],
		]);
		// A value embedding has weights in layer 1 too, so that three of four layers are not all.
		const tables = [1, 2, 3].map((layer) => ({ layer, index: 2, value: 0, label: 'λ on E' }));
		const edited = (lambdas: typeof tables) => {
			const info = runInfo('resformer+value-embedding');
			return { ...info, experiment: { ...info.experiment, methods: [info.method] }, lambdaEdits: [{ step: 9, lambdas }] };
		};
		expect(words(edited(tables))).toEqual([['λ on E 0 in layers 2, 3, 4 from step 9']]);
		expect(words(edited([{ ...tables[0], layer: 0, index: 0 }, ...tables]))).toEqual([['λ on E 0 from step 9']]);
		// NeuTRENO's is one number for the whole model, the third of the first layer's list after ResFormer's two.
		const pull = { layer: 1, index: 2, value: 0.25, label: 'λ', everyLayer: true as const };
		expect(words({ ...runInfo('neutreno+resformer'), lambdaEdits: [{ step: 9, lambdas: [pull] }] })).toEqual([['λ 0.25 from step 9']]);
	});
});

it("counts a fork's tokens at its parent's batch size before, and at its own after", () => {
	const parent = runInfo('vanilla');
	const fork = {
		...parent,
		id: 'fork',
		experiment: { ...parent.experiment, batchSize: 32 },
		fork: { from: parent.id, step: 100, change: { batchSize: 32 } },
	};
	const runs = [{ info: parent }, { info: fork }];
	expect(tokensAt(parent, 100, runs)).toBe(100 * 16 * 64);
	expect(tokensAt(fork, 100, runs)).toBe(100 * 16 * 64);
	expect(tokensAt(fork, 110, runs)).toBe(100 * 16 * 64 + 10 * 32 * 64);
	expect(tokensAt(fork, 110, [runs[1]])).toBe(110 * 32 * 64);
	// Two runs that name each other, as only an edited file can.
	const loop = { ...parent, fork: { from: fork.id, step: 100, change: { clip: 2 } } };
	expect(tokensAt(fork, 110, [{ info: loop }, { info: fork }])).toBe(10 * 32 * 64);
});
