import { expect, it } from 'vitest';
import { readExperiment } from '../../../src/experiment/validate';
import { TaskCache } from '../../../src/session/worker/taskCache';

const experimentOf = (fields: Record<string, unknown>) => readExperiment({ sequenceLength: 16, batchSize: 2, ...fields }).experiment;

it('shares tasks among runs that differ only in how they train, and frees them with the last of these runs', async () => {
	const tasks = new TaskCache();
	const [one, other] = [experimentOf({ task: 'copy' }), experimentOf({ task: 'reverse' })];
	const [first, second] = [await tasks.of(one), await tasks.of(other)];
	expect(await tasks.of({ ...one, learningRate: 0.1, methods: ['svformer'] })).toBe(first);
	expect(await tasks.of({ ...one, batchSize: 4 })).not.toBe(first);
	tasks.clear(one);
	expect(await tasks.of(one)).toBe(first);
	expect(await tasks.of(other)).not.toBe(second);
	tasks.clear();
	expect(await tasks.of(one)).not.toBe(first);
});
