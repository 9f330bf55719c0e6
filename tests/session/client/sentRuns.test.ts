import { expect, it } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import { judgeReproduction } from '../../../src/experiment/reproduction';
import { readSentRuns, withRuns } from '../../../src/experiment/sentRuns';
import { curvesOf, drawnGroups, lossHash, rerunIn, sentGroups } from '../../../src/session/client/results/sentRuns';
import { sumAt } from '../../../src/session/client/runs/lossSeries';
import { view } from '../../ui/views';

const losses = (level: number) => Array.from({ length: 200 }, (_, step) => level + 3 * Math.exp(-step / 30));
const train = (shift = 0) =>
	[1, 2].flatMap((seed) => [
		view('vanilla', seed, losses(2 + seed / 100 + shift), { 200: { validationLoss: 2 + seed / 100 + shift } }, 'Vanilla'),
		view('svformer', seed, losses(1.5 + seed / 100), { 200: { validationLoss: 1.5 + seed / 100 } }, 'SVFormer'),
	]);
const measures = [{ measure: 'validationLoss', layer: null, step: 200, groups: ['vanilla', 'svformer'].map(of) }];

function of(name: string) {
	return { name, label: name, mean: 2, half: 0.1, n: 2 };
}

const experiment = defaultExperiment();
const by = { adapter: 'A', kernels: 'K', build: 'B' };
const send = () => {
	const runs = train();
	const link = withRuns('v=1', { by, groups: sentGroups(runs, measures, experiment) }, curvesOf(runs, experiment));
	const { sent } = readSentRuns(link);
	if (!sent) throw new Error('no runs in the link');
	return sent;
};

it('finds the same bits in runs trained again, and the least change of one loss', () => {
	const { groups } = send();
	expect(judgeReproduction(groups, rerunIn(train(), measures, groups, experiment))?.verdict).toBe('same bits');
	const other = train();
	other[0].series.losses[17] += 2 ** -20;
	expect(judgeReproduction(groups, rerunIn(other, measures, groups, experiment))?.verdict).toBe('rounding');
	expect(judgeReproduction(groups, rerunIn(train().slice(1), measures, groups, experiment))).toBeNull();
});

it('draws a curve with the sender’s means, dashed as another group of its method', () => {
	const runs = drawnGroups(send().groups, measures, experiment);
	expect(runs.map(({ info }) => [info.method, info.group])).toEqual([
		['vanilla', 'sender:vanilla'],
		['svformer', 'sender:svformer'],
	]);
	const [vanilla] = runs;
	const exact = (from: number, to: number) => curvesOf(train(), experiment)('vanilla', [from, to])[0];
	const drawn = (from: number, to: number) => (sumAt(vanilla.series, to) - sumAt(vanilla.series, from)) / (to - from);
	expect(drawn(150, 200)).toBeCloseTo(exact(150, 200), 2);
	expect(drawn(20, 200)).toBeCloseTo(exact(20, 200), 1);
	expect(vanilla.series.length).toBe(200);
});

it('hashes every bit, and nothing of a run whose losses were thinned', () => {
	const { series } = train()[0];
	expect(lossHash(series, 200)).toMatch(/^[0-9a-z]{1,7}$/);
	expect(lossHash(series, 199)).not.toBe(lossHash(series, 200));
	expect(lossHash({ ...series, steps: Int32Array.of(0, 5) }, 200)).toBeNull();
	expect(lossHash(series, 201)).toBeNull();
});
