import { describe, expect, it } from 'vitest';
import { createTask } from '../../../src/data/tasks';
import { runsOf } from '../../../src/experiment/runs';
import { readExperiment } from '../../../src/experiment/validate';
import { RunNames } from '../../../src/session/worker/runNames';
import { Run } from '../../../src/training/run';

const experimentOf = (fields: Record<string, unknown>) => {
	const { experiment, problems } = readExperiment({
		task: 'own-text',
		text: 'one of many words, '.repeat(40),
		sequenceLength: 8,
		...fields,
	});
	expect(problems).toEqual([]);
	return experiment;
};

/** A roster, the runs on the page, and what the next experiment adds to them. */
function page() {
	const roster = new RunNames();
	const runs: Run[] = [];
	const add = (fields: Record<string, unknown>) => {
		const experiment = experimentOf(fields);
		const added = roster.begin(
			runsOf(experiment).map((run) => ({ ...run, task: createTask(run.point.experiment, '') })),
			runs,
		);
		runs.push(...added);
		return added.map((run) => roster.info(run));
	};
	return { roster, runs, add };
}

describe('the names of runs', () => {
	it('are given once: an existing run is left out, and another with its method and seed gets a number', () => {
		const { add } = page();
		expect(add({ methods: ['vanilla'] }).map(({ id }) => id)).toEqual(['vanilla#1']);
		expect(add({ methods: ['vanilla'], seeds: [1, 2] }).map(({ id }) => id)).toEqual(['vanilla#2']);
		expect(add({ methods: ['vanilla'], clip: 0.5 }).map(({ id }) => id)).toEqual(['vanilla#1~2']);
	});

	it('group runs that differ by seed alone, and name other differences without quoting a text of two million characters', () => {
		const { add } = page();
		add({ methods: ['vanilla'] });
		const [first] = add({ methods: ['vanilla'], clip: 0.5 });
		const [second] = add({ methods: ['vanilla'], clip: 0.5, seeds: [2] });
		expect(second.group).toBe(first.group);
		expect(first.group).not.toBe('vanilla');
		expect(first.label).toMatch(/^Vanilla with .*clip.* 0\.5$/i);
		const [other] = add({ methods: ['vanilla'], text: 'quite another one, '.repeat(40) });
		expect(other.label).toBe('Vanilla with another text');
		const [many] = add({ methods: ['vanilla'], clip: 0.25, beta1: 0.8, beta2: 0.9, layers: 1, batchSize: 3 });
		expect(many.label).toMatch(/ and 2 more$/);
	});

	it('name the point of a sweep, whose runs are a group for each method', () => {
		const { add } = page();
		const runs = add({ methods: ['vanilla', 'svformer'], seeds: [1, 2], sweep: [{}, { clip: 0.5, steps: 9 }] });
		expect(runs.map(({ point }) => point)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
		expect(runs[4].experiment).toMatchObject({ clip: 0.5, steps: 9, methods: ['vanilla'], seeds: [1] });
		expect(runs[4].experiment.sweep).toBeUndefined();
		expect([0, 2, 4, 6].map((i) => runs[i].label)).toEqual([
			'Vanilla',
			'SVFormer',
			'Vanilla, steps 9, gradient clip 0.5',
			'SVFormer, steps 9, gradient clip 0.5',
		]);
		expect(new Set(runs.map(({ group }) => group)).size).toBe(4);
		expect(runs[5].group).toBe(runs[4].group);
	});

	it('of a run that can be restored stay reserved until it is forgotten', () => {
		const { roster, runs, add } = page();
		add({ methods: ['vanilla'] });
		const [removed] = runs.splice(0);
		expect(add({ methods: ['vanilla'] }).map(({ id }) => id)).toEqual(['vanilla#1~2']);
		roster.forget(removed);
		expect(roster.freeId('vanilla#1')).toBe('vanilla#1');
	});

	it('of forks form one group if seeds were forked together, a few steps apart, with each seed once', () => {
		const { roster, runs, add } = page();
		add({ methods: ['resformer'], seeds: [1, 2] });
		const fork = (parent: Run, step: number) => {
			const { experiment, method, seed, task } = parent;
			const run = new Run({
				experiment,
				method,
				seed,
				task,
				id: `${seed}@${step}`,
				fork: { from: parent.id, step, change: { clip: 2 } },
			});
			roster.addFork(run, parent);
			return roster.info(run);
		};
		const [one, two] = runs;
		const first = fork(one, 300);
		expect(first.label).toBe('ResFormer identity with gradient clip 2 from step 300');
		expect(fork(two, 303).group).toBe(first.group);
		const again = fork(one, 301);
		expect(again.group).not.toBe(first.group);
		expect(again.label).toBe('ResFormer identity with gradient clip 2 from step 301');
		expect([first.group, again.group]).not.toContain(fork(two, 400).group);
		two.lambdaEdits.push({ step: 1, lambdas: [{ layer: 1, index: 0, value: 2, label: 'λ₁' }] });
		expect([first.group, again.group]).not.toContain(fork(two, 299).group);
	});

	it('change once the user has set λ', () => {
		const { roster, runs, add } = page();
		add({ methods: ['resformer'], seeds: [1, 2] });
		const [one, two] = runs;
		const move = (run: Run) => run.lambdaEdits.push({ step: 40, lambdas: [{ layer: 1, index: 0, value: 2, label: 'λ₁' }] });
		move(one);
		expect(roster.info(two).group).toBe('resformer');
		expect(roster.info(one)).toMatchObject({ label: 'ResFormer identity with λ moved at step 40' });
		expect(roster.info(one).group).not.toBe('resformer');
		move(two);
		expect(roster.info(two).group).toBe(roster.info(one).group);
	});
});
