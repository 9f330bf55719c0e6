import { expect, it } from 'vitest';
import { measuredAt, seenOf, summaryAt } from '../../../src/session/client/runs/metricsAtStep';
import { view } from '../../ui/views';

const run = (method: string, seed: number, loss: number) =>
	view(method, seed, [3], { 50: { validationLoss: 9 }, 60: { entropy: [1, 2] }, 100: { validationLoss: loss, entropy: [3, Number.NaN] } });

it('finds a measure at its step, and none at others', () => {
	const vanilla = run('vanilla', 1, 2);
	expect(measuredAt(vanilla, { measure: 'validationLoss', layer: null }, 100)).toBe(2);
	expect(measuredAt(vanilla, { measure: 'entropy', layer: 1 }, 60)).toBe(2);
	expect(measuredAt(vanilla, { measure: 'entropy', layer: 1 }, 100)).toBeNull();
	expect(measuredAt(vanilla, { measure: 'validationLoss', layer: null }, 60)).toBeNull();
	expect(measuredAt(vanilla, { measure: 'validationLoss', layer: null }, 101)).toBeNull();
});

it('gives a group’s mean over its seeds at a step', () => {
	const runs = [run('vanilla', 1, 2), run('vanilla', 2, 3)];
	expect(summaryAt(runs, { measure: 'validationLoss', layer: null }, 100)).toMatchObject({ n: 2, mean: 2.5, min: 2, max: 3 });
});

it('gives a link the values of every group, with forks by their labels', () => {
	const fork = run('svformer', 1, 1);
	const runs = [run('vanilla', 1, 2), run('vanilla', 2, 3), { ...fork, info: { ...fork.info, group: 'x', label: 'SVFormer from step 9' } }];
	const [seen, ...others] = seenOf(runs, [
		{ measure: 'validationLoss', layer: null, step: 100 },
		{ measure: 'validationLoss', layer: null, step: 7 },
	]);
	expect(others).toEqual([]);
	expect(seen.groups).toEqual([
		{ name: 'vanilla', label: 'vanilla', mean: 2.5, half: expect.closeTo(12.706 / 2, 6), n: 2 },
		{ name: 'SVFormer from step 9', label: 'SVFormer from step 9', mean: 1, half: null, n: 1 },
	]);
});
