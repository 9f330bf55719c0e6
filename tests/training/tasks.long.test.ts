import { describe, expect, it } from 'vitest';
import { solve } from '../support/solve';

describe('each task has a preset in which vanilla solves it in five minutes', () => {
	for (const [preset, metric] of [
		['copy', 'accuracy'],
		['reverse', 'accuracy'],
		['sort', 'accuracy'],
		['induction', 'accuracy'],
		['mqar', 'accuracy'],
		['modular-addition', 'trainingAccuracy'],
	])
		it(`${preset}: ${metric} above 0.95`, async () => {
			const { metrics, seconds } = await solve(preset);
			expect(metrics[metric]).toBeGreaterThan(0.95);
			expect(seconds).toBeLessThan(300);
		});

	it('backcopy: both losses within 5 % of the optimum of all positions', async () => {
		const { metrics, seconds } = await solve('backcopy');
		const { triggerLoss, nonTriggerLoss, nonTriggerOptimum } = metrics;
		expect(nonTriggerLoss / nonTriggerOptimum).toBeLessThan(1.05);
		expect(triggerLoss).toBeLessThan(0.05 * nonTriggerOptimum);
		expect(seconds).toBeLessThan(300);
	});

	it('default: reads Moby-Dick below 2.1 nats a character', async () => {
		const { metrics, seconds } = await solve('default');
		expect(metrics.validationLoss).toBeLessThan(2.1);
		expect(seconds).toBeLessThan(300);
	});

	it('own-text: knows the song by heart, its held-out end too', async () => {
		const { metrics, seconds } = await solve('own-text');
		expect(metrics.validationLoss).toBeLessThan(0.3);
		expect(seconds).toBeLessThan(300);
	});
});
