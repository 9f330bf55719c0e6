import { describe, expect, it } from 'vitest';
import type { TrainingConfig } from '../../src/checkpoint/trainingConfig';
import { cumulativeLearningRate, learningRateAt } from '../../src/experiment/schedule';

const training: TrainingConfig = {
	steps: 100,
	learningRate: 1e-3,
	endLearningRate: 1e-4,
	warmupSteps: 20,
	schedule: 'cosine',
	weightDecay: 0.1,
	beta1: 0.9,
	beta2: 0.95,
	epsilon: 1e-8,
	clip: 1,
	optimizer: 'adamw',
	momentum: 0.9,
	muonLearningRate: 0.02,
	muonMomentum: 0.95,
};
const rate = (step: number, changes: Partial<TrainingConfig> = {}) => learningRateAt({ ...training, ...changes }, step);

describe('the learning rate follows docs/METHODS.md section 1', () => {
	it('rises in a straight line while it warms up, from the first step on', () => {
		expect(rate(0)).toBeCloseTo(5e-5, 12);
		expect(rate(19)).toBeCloseTo(1e-3, 12);
		expect(rate(9, { schedule: 'constant' })).toBeCloseTo(5e-4, 12);
		expect(rate(0, { warmupSteps: 0 })).toBeCloseTo(1e-3, 12);
	});

	it('falls along half a cosine to its end', () => {
		expect(rate(20)).toBeCloseTo(1e-3, 12);
		expect(rate(60)).toBeCloseTo(5.5e-4, 12);
		expect(rate(100)).toBeCloseTo(1e-4, 12);
		expect(rate(60, { schedule: 'constant' })).toBe(1e-3);
	});

	it('continues past S: a replay with more batches follows the formula, as PyTorch’s reference does', () => {
		expect(rate(140)).toBeCloseTo(5.5e-4, 12);
		expect(rate(180)).toBeCloseTo(1e-3, 12);
	});

	it('is finite with a warm-up that takes every step', () => {
		expect(rate(100, { warmupSteps: 100 })).toBeCloseTo(1e-3, 12);
	});
});

it('adds up as docs/METHODS.md section 3 says', () => {
	const settings = { ...training, learningRate: 3e-3, endLearningRate: null, warmupSteps: 40, steps: 400 };
	expect(cumulativeLearningRate(settings)).toBeCloseTo(0.65685, 5);
	const paper = { ...training, learningRate: 6e-4, endLearningRate: 6e-5, warmupSteps: 120, steps: 10_000 };
	expect(cumulativeLearningRate(paper)).toBeCloseTo(3.297, 3);
	expect(cumulativeLearningRate({ ...paper, warmupSteps: 1200 })).toBeCloseTo(3.265, 3);
	expect(cumulativeLearningRate(paper, 0)).toBe(0);
	expect(cumulativeLearningRate(paper, 2)).toBeCloseTo(3 * 5e-6, 12);
});
