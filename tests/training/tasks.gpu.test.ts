import { expect, it } from 'vitest';
import { solve } from '../support/solve';

it('the copy preset: vanilla copies within a minute', async () => {
	const { metrics, seconds } = await solve('copy');
	expect(metrics.accuracy).toBeGreaterThan(0.95);
	expect(metrics.validationLoss).toBeLessThan(0.15);
	expect(seconds).toBeLessThan(60);
});
