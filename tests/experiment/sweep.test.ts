import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { decodeLink, encodeLink } from '../../src/experiment/link';
import { countRuns } from '../../src/experiment/runs';
import { cumulativeLearningRate } from '../../src/experiment/schedule';
import { sweepPoints, sweptFields } from '../../src/experiment/sweep';
import {
	equalCumulativeRate,
	fixedTokensPerBatch,
	gridOf,
	lambdaValues,
	oneLayerAtATime,
	readLambdaValues,
	sweepOf,
	weightOf,
} from '../../src/experiment/sweepBuilders';
import { checkExperiment, checkWithSentences, readExperiment } from '../../src/experiment/validate';

const read = (sweep: unknown, rest: object = {}) => readExperiment({ ...rest, sweep });

describe('the points of a sweep', () => {
	it('change fields of the experiment, methods included', () => {
		const { experiment, problems } = read([{ sequenceLength: 32, batchSize: 128 }, {}, { methods: 'vanilla,resformer:sparse(layers=2)' }]);
		expect(problems).toEqual([]);
		const points = sweepPoints(experiment);
		expect(points.map(({ index }) => index)).toEqual([0, 1, 2]);
		expect(points[0].point).toEqual({ batchSize: 128, sequenceLength: 32 });
		expect(points[0].experiment).toEqual({ ...defaultExperiment(), sequenceLength: 32, batchSize: 128 });
		expect(points[1].experiment).toEqual(defaultExperiment());
		expect(points[2].experiment.methods).toEqual(['vanilla', 'resformer:sparse(layers=2)']);
		expect(countRuns(experiment)).toBe(3 + 3 + 1);
		expect(sweptFields(experiment)).toEqual(['methods', 'batchSize', 'sequenceLength'].sort(byTable));
	});

	it('are the experiment itself without a sweep', () => {
		expect(sweepPoints(defaultExperiment())).toEqual([{ index: 0, point: {}, experiment: defaultExperiment() }]);
		expect(sweptFields(defaultExperiment())).toEqual([]);
	});

	it('lower a warm-up that would exceed their steps', () => {
		const { experiment, problems } = read([{ steps: 20 }, { steps: 600 }]);
		expect(problems).toEqual([]);
		expect(sweepPoints(experiment).map((each) => each.experiment.warmupSteps)).toEqual([20, defaultExperiment().warmupSteps]);
	});
});

const byTable = (a: string, b: string): number => Object.keys(defaultExperiment()).indexOf(a) - Object.keys(defaultExperiment()).indexOf(b);

describe('a sweep that cannot run', () => {
	it.each([
		[5, 'sweep', 'sweep must be a list of one or more points, not 5'],
		[[], 'sweep', 'sweep must be a list of one or more points, not []'],
		[[3], 'sweep[0]', 'sweep[0] must be an object with the fields that the point changes, not 3'],
		[[{}, { batchSize: 0 }], 'sweep[1].batchSize', 'sweep[1].batchSize must be a whole number from 1 to '],
		[[{ bathSize: 4 }], 'sweep[0].bathSize', 'sweep[0]: unknown field `bathSize`: did you mean `batchSize`?'],
		[[{ heads: 5 }], 'sweep[0].heads', 'sweep[0].heads 5 must divide hiddenSize 64'],
		[[{ methods: 'svformr' }], 'sweep[0].methods', 'sweep[0].methods: unknown method `svformr`: did you mean `svformer`?'],
		[[{ seeds: [1] }], 'sweep[0].seeds', 'sweep[0].seeds: all points of a sweep share seeds; set it outside the sweep'],
		[[{ steps: 9 }, { steps: 9 }], 'sweep', 'sweep[1] is the same experiment as sweep[0]'],
	])('%j names the point and the field', (sweep, field, message) => {
		const { experiment, problems } = read(sweep);
		expect(experiment).toEqual(defaultExperiment());
		expect(problems).toHaveLength(1);
		expect(problems[0].field).toBe(field);
		expect(problems[0].message).toContain(message);
	});

	it('has more than 300 runs', () => {
		const points = Array.from({ length: 101 }, (_, i) => ({ steps: i + 1 }));
		expect(read(points).problems[0].message).toBe('sweep: points × methods × seeds are 303 runs; at most 300 are allowed');
		expect(read(points.slice(0, 100)).problems).toEqual([]);
	});

	it('is a sentence on the page', () => {
		const experiment = { ...defaultExperiment(), sweep: [{}, { heads: 5 }] };
		expect(checkWithSentences(experiment)[0].sentence).toBe('Point 2 of the sweep: 5 heads do not divide the hidden size 64.');
	});
});

describe('a link', () => {
	it('holds the sweep as a table', () => {
		const { experiment } = read([{ learningRate: 0.002, steps: 600 }, { learningRate: 0.003, methods: ['vanilla', 'gqa:2'] }, {}]);
		expect(encodeLink(experiment)).toBe('sweep=methods~steps~learningRate/_~600~0.002/vanilla,gqa:2~_~0.003/_~_~_&v=1');
		expect(decodeLink(encodeLink(experiment))).toEqual({ experiment, problems: [] });
	});

	it.each([
		[[{}]],
		[[{ triggerCharacters: '_' }, { triggerCharacters: '~/%' }, { triggerCharacters: ' ' }]],
		[[{ triggerCharacters: 'aoi' }, { triggerCharacters: '' }]],
		[[{ endLearningRate: null }, { endLearningRate: 0.0001 }]],
		[[{ kvHeads: 2, methods: ['vanilla', 'resformer:constant(3.5;-0.25)'] }, { kvHeads: null }]],
	])('restores %j', (sweep) => {
		const { experiment, problems } = read(sweep, { preset: 'backcopy', heads: 2 });
		expect(problems).toEqual([]);
		expect(decodeLink(encodeLink(experiment))).toEqual({ experiment, problems: [] });
	});

	it('names what is wrong in a sweep, and leaves it out', () => {
		expect(decodeLink('sweep=steps/600/none').problems[0].message).toContain('sweep[1].steps must be a whole number from 1 to');
		expect(decodeLink('sweep=steps/600/none').problems[0].message).toContain('; using no sweep');
		expect(decodeLink('sweep=steps~batchSize/600').problems[0].message).toContain('sweep must be a list of one or more points');
	});
});

describe('builders of points', () => {
	it('give values of a field, and grids', () => {
		expect(sweepOf('layers', [2, 4])).toEqual([{ layers: 2 }, { layers: 4 }]);
		expect(gridOf(sweepOf('layers', [2, 4]), sweepOf('heads', [1, 2]))).toEqual([
			{ layers: 2, heads: 1 },
			{ layers: 2, heads: 2 },
			{ layers: 4, heads: 1 },
			{ layers: 4, heads: 2 },
		]);
	});

	it('keep the tokens of a batch', () => {
		expect(fixedTokensPerBatch([32, 48, 64], 1024)).toEqual([
			{ sequenceLength: 32, batchSize: 32 },
			{ sequenceLength: 64, batchSize: 16 },
		]);
	});

	it.each([null, 0, 3e-4])('keep the cumulative learning rate, also with end %j', (endLearningRate) => {
		const experiment = { ...defaultExperiment(), endLearningRate };
		for (const point of equalCumulativeRate(experiment, [1000, 250, 30])) {
			const [expanded] = sweepPoints({ ...experiment, sweep: [point] });
			const sum = cumulativeLearningRate(expanded.experiment);
			expect(Math.abs(sum / cumulativeLearningRate(experiment) - 1)).toBeLessThan(1e-5);
		}
	});

	it('sweep over each layer alone', () => {
		const sweep = oneLayerAtATime({ layers: 4 });
		expect(sweep.map(({ methods }) => methods?.[1])).toEqual([2, 3, 4].map((layer) => `resformer:sparse(layers=${layer})`));
		expect(checkExperiment({ ...defaultExperiment(), sweep })).toEqual([]);
	});
});

describe('a sweep of λ', () => {
	it.each([
		['resformer:constant', 0, [0.5, 2, -3], ['resformer:constant(0.5;1)', 'resformer:constant', 'resformer:constant(-3;1)']],
		['resformer:constant(3;4)', 1, [1, 0], ['resformer:constant(3;1)', 'resformer:constant(3;0)']],
		['resformer:sparse(layers=3)', 0, [1, 5], ['resformer:sparse(1;1;layers=3)', 'resformer:sparse(layers=3)']],
		['neutreno', 0, [0.1, 0.4], ['neutreno(0.1)', 'neutreno']],
		['neutreno+resformer', 0, [0.4, 0.2], ['neutreno(0.4)+resformer', 'neutreno+resformer']],
		['gate:head+resformer:constant', 1, [7, 1], ['resformer:constant(2;7)+gate:head', 'resformer:constant+gate:head']],
	])('of %s names the methods, and is found again in its points', (method, weight, values, names) => {
		const points = lambdaValues({ method, weight }, values);
		expect(points).toEqual(names.map((name) => ({ methods: ['vanilla', name] })));
		expect(read(points)).toMatchObject({ problems: [], experiment: { sweep: points } });
		expect(points.map(({ methods }) => weightOf({ method: methods?.[1] ?? '', weight })?.value)).toEqual(values);
		const again = readLambdaValues(points);
		expect(again?.values).toEqual(values);
		expect(lambdaValues((again as NonNullable<typeof again>).of, values)).toEqual(points);
	});

	it('is not one of methods without a λ in their names, nor of several', () => {
		for (const method of ['vanilla', 'svformer', 'resformer', 'resformer:learnable'])
			expect(weightOf({ method, weight: 0 })).toBeUndefined();
		expect(readLambdaValues(oneLayerAtATime({ layers: 4 }))).toBeNull();
		expect(readLambdaValues([{ steps: 5 }])).toBeNull();
		expect(readLambdaValues([{ methods: ['vanilla', 'neutreno'] }, { methods: ['vanilla', 'resformer:constant'] }])).toBeNull();
	});
});
