import { describe, expect, it } from 'vitest';
import { findQuestion } from '../../src/experiment/questions';
import { findingText } from '../../src/ui/measures/findingText';

const numberOf = (name: string, kind: string) => {
	const expectation = findQuestion(name)?.expectations.find(({ statistic }) => statistic.kind === kind);
	if (!expectation) throw new Error(`no ${kind} in ${name}`);
	return findingText({ expectation, value: { n: 3, mean: -0.0123, half: 0.004 }, outcome: 'holds' } as never).value;
};

describe('the number of a finding', () => {
	it('has a unit if it is a slope, which no measure has', () => {
		expect(numberOf('sequence-length', 'trend')).toBe('−0.0123 ± 0.0040 nats per doubling of the length, 3 seeds');
		expect(numberOf('depth', 'layerTrend')).toBe('−0.0123 ± 0.0040 nats per layer, 3 seeds');
	});
});
