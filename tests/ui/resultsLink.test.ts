import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink } from '../../src/experiment/link';
import { judgeReproduction } from '../../src/experiment/reproduction';
import { readSeen } from '../../src/experiment/resultLink';
import { runsOf } from '../../src/experiment/runs';
import { readSentRuns } from '../../src/experiment/sentRuns';
import type { Experiment } from '../../src/experiment/types';
import { rerunIn } from '../../src/session/client/results/sentRuns';
import { EMPTY_SNAPSHOT, type RunView } from '../../src/session/client/store/labSnapshot';
import { resultsLink } from '../../src/ui/answer/resultsLink';
import { view } from './views';

const read = (hash: string) => decodeLink(`#${hash}`).experiment;
const swept = read('methods=vanilla,svformer&seeds=1,2,3&steps=30&sweep=learningRate/0.001/0.002&v=1');

/** The runs of an experiment, finished, as the page has them. `shift` is added to the losses of one method at one point. */
function train(experiment: Experiment, shift = (_method: string, _point: number, _seed: number) => 0): RunView[] {
	return runsOf(experiment).map(({ method, seed, point, alsoAt }) => {
		const { index, experiment: at } = point;
		const loss = 2 + seed / 50 - (method === 'svformer' ? 0.3 : 0) + shift(method, index, seed);
		const run = view(
			method,
			seed,
			Array.from({ length: at.steps }, (_, step) => loss + 1 / (1 + step)),
			{ [at.steps]: { validationLoss: loss } },
		);
		const group = experiment.sweep ? `${method}@${index}` : method;
		const info = {
			...run.info,
			id: `${group}-${seed}`,
			group,
			point: index,
			alsoAt,
			experiment: { ...at, methods: [method], seeds: [seed] },
		};
		return { ...run, info, finished: true, visible: index === 0 };
	});
}

function send(experiment: Experiment, runs: readonly RunView[], fromCheckpoint = false) {
	const interventions = { text: null, refusal: null, runs: new Map() };
	const found = resultsLink({ ...EMPTY_SNAPSHOT, experiment, runs }, { interventions, fromCheckpoint });
	if (!found) throw new Error('no link');
	const { seen, problems } = readSeen(`#${found.hash}`);
	const { sent, problems: more } = readSentRuns(`#${found.hash}`);
	expect([...problems, ...more]).toEqual([]);
	const opened = decodeLink(`#${found.hash}`);
	expect(opened).toEqual({ experiment: decodeLink(`#${encodeLink(experiment)}`).experiment, problems: [] });
	const judge = (runs: readonly RunView[]) =>
		judgeReproduction(sent?.groups ?? [], rerunIn(runs, seen, sent?.groups ?? [], opened.experiment));
	return { ...found, seen, groups: sent?.groups ?? [], judge };
}

describe('the link of a sweep', () => {
	it('has every point’s runs, hidden ones too, and is judged point by point', () => {
		const { groups, leftOut, judge } = send(swept, train(swept));
		expect(groups.map(({ label, points, runs }) => [label, points, runs.length])).toEqual(
			[
				['Vanilla', [0], 3],
				['SVFormer', [0], 3],
				['Vanilla', [1], 3],
				['SVFormer', [1], 3],
			].map(([label, points, n]) => [`${label}, learning rate ${(points as number[])[0] === 0 ? 0.001 : 0.002}`, points, n]),
		);
		expect(leftOut).toBe('');
		expect(judge(train(swept))).toMatchObject({ verdict: 'same bits', runs: 12 });
		expect(judge(train(swept).slice(1))).toBeNull();
		const higher = (method: string, point: number, seed: number) => (method === 'svformer' && point === 1 ? 0.4 + seed / 100 : 0);
		expect(judge(train(swept, higher))?.contradictions).toMatchObject([{ kind: 'value', label: 'SVFormer, learning rate 0.002' }]);
	});

	it('compares points that end at different steps, each at its own', () => {
		const steps = read('methods=vanilla,svformer&seeds=1,2&sweep=steps/20/30&v=1');
		const { seen, groups, judge } = send(steps, train(steps));
		expect(seen.map(({ step }) => step)).toEqual([20, 30]);
		expect(groups.map(({ runs }) => runs[0].values.map((value) => value !== null))).toEqual([
			[true, false],
			[true, false],
			[false, true],
			[false, true],
		]);
		expect(judge(train(steps))?.verdict).toBe('same bits');
	});

	it('has a run that several points share once, as the baseline of all of them', () => {
		const methods = read('seeds=1,2,3&steps=30&methods=vanilla,svformer&sweep=methods/vanilla,svformer/vanilla,neutreno&v=1');
		const { groups, judge } = send(methods, train(methods));
		expect(groups.map(({ name, points }) => [name, points])).toEqual([
			['vanilla;point=1', [0, 1]],
			['svformer;point=1', [0]],
			['neutreno;point=2', [1]],
		]);
		const noisy = train(methods, (method, _, seed) => (method === 'neutreno' ? [0.5, -0.6, 0.4][seed - 1] : 0));
		expect(judge(noisy)?.contradictions.map(({ label }) => label)).toEqual([]);
		expect(judge(train(methods))?.verdict).toBe('same bits');
	});

	it('reports the runs that are unfinished or have no room, and stays within its length', () => {
		const many = read(
			`methods=vanilla,svformer&seeds=1,2,3,4,5&sweep=learningRate/${Array.from({ length: 20 }, (_, i) => (i + 1) / 1000).join('/')}&v=1`,
		);
		const runs = train(many).map((run, i) => (i === 199 ? { ...run, finished: false } : run));
		const { hash, groups, leftOut } = send(many, runs);
		expect(hash.length).toBeLessThan(encodeLink(many).length + 1500 + 1800 + 10);
		const sent = groups.reduce((sum, each) => sum + each.runs.length, 0);
		expect(sent).toBeGreaterThan(40);
		expect(leftOut).toBe(`Not in the link: 1 run that has not finished and ${199 - sent} runs for which there is no room.`);
	});
});

describe('a link with results', () => {
	const plain = read('methods=vanilla,svformer&seeds=1,2&steps=30&v=1');

	it('leaves out forks and λ set during training, and says so', () => {
		const runs = train(plain);
		const [first] = runs;
		const fork = {
			...first,
			name: 'Fork',
			info: { ...first.info, id: 'fork', group: 'fork', fork: { from: first.info.id, step: 9, change: { steps: 40 } } },
		};
		const moved = {
			...first,
			name: 'Moved',
			info: { ...first.info, id: 'moved', group: 'moved', lambdaEdits: [{ step: 3, lambdas: [] }] },
		};
		const { groups, leftOut, judge } = send(plain, [...runs, fork, moved]);
		expect(groups.map(({ name, runs }) => [name, runs.length])).toEqual([
			['vanilla', 2],
			['svformer', 2],
		]);
		expect(leftOut).toBe('Not in the link: the curves of 1 fork and 1 run whose λ was set.');
		expect(judge(train(plain))?.verdict).toBe('same bits');
	});

	it('has no runs to repeat if they started from a checkpoint', () => {
		const { groups, leftOut, seen } = send(plain, train(plain), true);
		expect(seen).toHaveLength(1);
		expect(groups).toEqual([]);
		expect(leftOut).toBe('Not in the link: the checkpoint that the runs started from.');
	});
});
