import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { changeText, FORK_FIELDS, forkExperiment, forkProblems, isForkField } from '../../src/experiment/fork';
import type { Experiment } from '../../src/experiment/types';

/** A run of 600 steps, of which 200 are done. */
const experiment: Experiment = { ...defaultExperiment(), methods: ['vanilla'], seeds: [1], steps: 600 };
const problems = (change: Partial<Experiment>, step = 200) => forkProblems(experiment, change, step);
const fieldsRefused = (change: Partial<Experiment>, step?: number) => problems(change, step).map(({ field }) => field);

describe('a fork', () => {
	it('may change the method, the seed or how the model trains', () => {
		const changes: Partial<Experiment>[] = [{ methods: ['svformer'] }, { seeds: [2] }, { learningRate: 1e-4 }, { batchSize: 8 }];
		for (const change of changes) expect(problems(change), JSON.stringify(change)).toEqual([]);
		expect(forkExperiment(experiment, { learningRate: 1e-4 })).toEqual({ ...experiment, learningRate: 1e-4 });
	});

	it('may not change the task or the sizes of the model', () => {
		for (const name of ['task', 'layers', 'heads', 'hiddenSize', 'kvHeads', 'sequenceLength', 'toString', ''])
			expect(isForkField(name), name).toBe(false);
		const [problem, ...others] = problems({ layers: 2 });
		expect(others).toEqual([]);
		expect(problem.field).toBe('layers');
		for (const name of FORK_FIELDS) expect(problem.message).toContain(name);
	});

	it('changes one field, neither none nor two', () => {
		const message = 'a fork changes one field, with or without the number of steps';
		expect(problems({})).toEqual([{ field: '', message }]);
		expect(problems({ learningRate: 1e-4, clip: 2 })).toEqual([{ field: 'clip', message }]);
		expect(problems({ learningRate: 1e-4, clip: 2, steps: 900 })).toEqual([{ field: 'clip', message }]);
	});

	it('of a finished run changes one field and trains longer', () => {
		expect(problems({ methods: ['svformer'], steps: 900 }, 600)).toEqual([]);
		expect(fieldsRefused({ methods: ['svformer'], steps: 600 }, 600)).toEqual(['steps']);
		expect(fieldsRefused({ methods: ['vanilla'], steps: 900 }, 600)).toEqual(['methods']);
		expect(fieldsRefused({ layers: 2, steps: 900 }, 600)).toEqual(['layers']);
	});

	it('has one method and one seed', () => {
		expect(fieldsRefused({ methods: ['vanilla', 'svformer'] })).toEqual(['methods']);
		expect(fieldsRefused({ seeds: [1, 2] })).toEqual(['seeds']);
		expect(problems({ seeds: [1, 2] })[0].message).toContain('one method and one seed');
	});

	it('changes a value to another one', () => {
		expect(problems({ methods: ['vanilla'] })).toEqual([{ field: 'methods', message: 'methods already has this value' }]);
		expect(fieldsRefused({ learningRate: experiment.learningRate })).toEqual(['learningRate']);
	});

	it('keeps the limits of the experiment', () => {
		expect(fieldsRefused({ learningRate: -1 })).toEqual(['learningRate']);
		expect(fieldsRefused({ methods: ['resformer:sparse(5;1;layers=99)'] })).toEqual(['methods']);
	});

	it('has steps left to train', () => {
		expect(fieldsRefused({ steps: 199 })).toEqual(['steps']);
		expect(fieldsRefused({ steps: 200 })).toEqual(['steps']);
		expect(problems({ steps: 201 })).toEqual([]);
		expect(fieldsRefused({ learningRate: 1e-4 }, 600)).toEqual(['steps']);
		expect(problems({ learningRate: 1e-4 }, 599)).toEqual([]);
	});
});

it('a change is named by its method, its seed, or its field and value', () => {
	expect(changeText({ methods: ['svformer'] })).toBe('SVFormer');
	expect(changeText({ seeds: [7] })).toBe('seed 7');
	expect(changeText({ learningRate: 0.001 })).toBe('learning rate 0.001');
	expect(changeText({ learningRate: 0.001, seeds: [7] })).toBe('learning rate 0.001, seed 7');
});
