import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink } from '../../src/experiment/link';
import { methodsOf } from '../../src/experiment/methods/names';
import { type Expectation, findQuestion, type JudgedRun, judge, QUESTIONS, questionOf } from '../../src/experiment/questions';
import { sweepPoints } from '../../src/experiment/sweep';
import { checkExperiment, readExperiment } from '../../src/experiment/validate';

const SENTENCE = /^\p{Lu}.*[.]$/u;

describe.each(QUESTIONS.map((question) => [question.name, question] as const))('the question %s', (_, question) => {
	const { experiment, expectations } = question;
	const points = sweepPoints(experiment);

	it('has an experiment that runs, under canonical names, and is found by it', () => {
		expect(checkExperiment(experiment)).toEqual([]);
		for (const point of points) expect(methodsOf(point.experiment).map(({ name }) => name)).toEqual(point.experiment.methods);
		expect(questionOf(structuredClone(experiment))).toBe(question);
		expect(questionOf(decodeLink(encodeLink(experiment)).experiment)).toBe(question);
		expect(questionOf(readExperiment(JSON.parse(JSON.stringify(experiment))).experiment)).toBe(question);
		expect(questionOf({ ...experiment, seeds: [9] })).toBeUndefined();
		expect(findQuestion(question.name)).toBe(question);
	});

	it('has texts that end as sentences do', () => {
		expect(question.question).toMatch(/^\p{Lu}.*\?$/u);
		for (const text of [question.prediction, question.refutedBy, question.limits, question.watch, ...expectations.map(({ text }) => text)])
			expect(text).toMatch(SENTENCE);
		if (question.claim) expect(question.claim.text).toMatch(SENTENCE);
	});

	it('has more than one seed, so that it can be decided', () => {
		expect(experiment.seeds.length).toBeGreaterThan(1);
	});

	it('has expectations about runs that it trains, which can hold and fail', () => {
		expect(expectations.length).toBeGreaterThan(0);
		for (const expectation of expectations) {
			const outcomes = new Set(
				[...Array(60).keys()].map((draw) => judge({ ...question, expectations: [expectation] }, drawnRuns(draw)).findings[0].outcome),
			);
			expect(outcomes, expectation.text).not.toContain('not recorded');
			expect(outcomes, expectation.text).toContain('holds');
			expect(outcomes.size, expectation.text).toBeGreaterThan(1);
		}
	});

	/** Runs whose metrics follow a random pattern over methods, points and layers, with little spread over seeds. */
	function drawnRuns(draw: number): JudgedRun[] {
		let state = draw + 1;
		const random = () => {
			state = (state * 48271) % 2147483647;
			return state / 2147483647;
		};
		for (let i = 0; i < 5; i++) random();
		return points.flatMap(({ index, experiment }) =>
			experiment.methods.flatMap((method) => {
				// In every third draw nothing differs but by noise.
				const level = draw % 3 === 0 ? 0.5 : random();
				const tilt = random() - 0.5;
				const layered = () => Array.from({ length: experiment.layers }, (_, n) => level + tilt * n + 0.02 * random());
				return experiment.seeds.map((seed): JudgedRun => {
					const keys = ['sinkAttention', 'peak', 'entropy', 'λ₁'];
					return {
						method,
						seed,
						point: index,
						metrics: { validationLoss: level + 0.02 * random(), ...Object.fromEntries(keys.map((key) => [key, layered()])) },
					};
				});
			}),
		);
	}
});

describe('a verdict', () => {
	const expectation = (holds: Expectation['holds'], method = 'b'): Expectation => ({
		text: 'It differs.',
		statistic: { kind: 'difference', of: { measure: 'loss' }, method, minus: 'a' },
		holds,
	});
	/** Runs of methods a, b, … with one loss per seed. */
	const runs = (losses: Record<string, number[]>): JudgedRun[] =>
		Object.entries(losses).flatMap(([method, values]) =>
			values.map((loss, seed): JudgedRun => ({ method, seed, point: 0, metrics: { loss } })),
		);
	const below = [expectation({ below: 0 })];
	const lower = runs({ a: [2, 2.1, 2.2], b: [1.8, 1.91, 2.01] });
	const higher = runs({ a: [2, 2.1, 2.2], b: [2.2, 2.31, 2.41] });
	const noisy = runs({ a: [2, 2.1, 2.2], b: [1.8, 2.3, 2.1] });

	it('follows from the interval over seeds', () => {
		expect(judge({ expectations: below, basis: 'paper' }, lower).verdict).toBe('as the paper says');
		expect(judge({ expectations: below, basis: 'prediction' }, lower).verdict).toBe('as predicted');
		expect(judge({ expectations: below, basis: 'paper' }, noisy).verdict).toBe('not seen at this size');
		expect(judge({ expectations: below, basis: 'paper' }, higher).verdict).toBe('the other way round');
	});

	it('has the paired difference with its interval', () => {
		const [finding] = judge({ expectations: below, basis: 'paper' }, lower).findings;
		expect(finding.value.n).toBe(3);
		expect(finding.value.mean).toBeCloseTo(-0.19333, 4);
		// t(2) = 4.303; differences −.2, −.19, −.19: s = .0057735
		expect(finding.value.half).toBeCloseTo((4.303 * 0.0057735) / Math.sqrt(3), 5);
	});

	it('needs every run: a diverged or missing one leaves too few seeds', () => {
		const one = runs({ a: [2], b: [1] });
		expect(judge({ expectations: below, basis: 'paper' }, one).verdict).toBe('not seen at this size');
		const diverged = lower.map((run) => (run.method === 'b' ? { ...run, metrics: null } : run));
		expect(judge({ expectations: below, basis: 'paper' }, diverged).verdict).toBe('not recorded');
		expect(judge({ expectations: below, basis: 'paper' }, []).verdict).toBe('not recorded');
	});

	it('lets “no difference seen” hold, but not outweigh a contradiction', () => {
		const unless = expectation({ unless: 'below' });
		expect(judge({ expectations: [unless], basis: 'paper' }, noisy).findings[0].outcome).toBe('holds');
		expect(judge({ expectations: [unless], basis: 'paper' }, higher).findings[0].outcome).toBe('holds');
		expect(judge({ expectations: [unless], basis: 'paper' }, lower).findings[0].outcome).toBe('contradicted');
		expect(judge({ expectations: [expectation({ unless: 'either' })], basis: 'paper' }, higher).findings[0].outcome).toBe('contradicted');
		expect(judge({ expectations: [...below, unless], basis: 'paper' }, higher).verdict).toBe('the other way round');
	});

	it('is “not seen” if one statement holds and another is contradicted', () => {
		const both = [expectation({ below: 0 }), expectation({ above: 0 })];
		expect(judge({ expectations: both, basis: 'paper' }, lower).verdict).toBe('not seen at this size');
	});

	it('compares with a number', () => {
		const level = (holds: Expectation['holds']): Expectation => ({
			text: 'It is high.',
			statistic: { kind: 'level', of: { measure: 'loss' }, method: 'b' },
			holds,
		});
		const outcome = (holds: Expectation['holds']) => judge({ expectations: [level(holds)], basis: 'paper' }, higher).findings[0].outcome;
		expect([outcome({ above: 2 }), outcome({ above: 2.3 }), outcome({ above: 3 })]).toEqual(['holds', 'unclear', 'contradicted']);
		expect([outcome({ within: [2, 3] }), outcome({ within: [2.3, 3] }), outcome({ within: [3, 4] })]).toEqual([
			'holds',
			'unclear',
			'contradicted',
		]);
	});
});
