import { describe, expect, it } from 'vitest';
import { solve } from '../support/solve';

// The default and backcopy presets, with all their methods, are in presets.long.test.ts.
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

	it('own-text: has memorized the song, its held-out end too', async () => {
		const { metrics, seconds } = await solve('own-text');
		expect(metrics.validationLoss).toBeLessThan(0.3);
		expect(seconds).toBeLessThan(300);
	});
});
