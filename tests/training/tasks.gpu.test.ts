import { expect, it } from 'vitest';
import { solve } from '../support/solve';

it('the copy preset: vanilla learns to copy', async () => {
	const { metrics } = await solve('copy');
	expect(metrics.accuracy).toBeGreaterThan(0.95);
	expect(metrics.validationLoss).toBeLessThan(0.15);
});
