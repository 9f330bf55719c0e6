import { expect } from 'vitest';
import { readExperiment } from '../../src/experiment/validate';
import type { ResultMemory } from '../../src/session/client/storage/resultStorage';

/** An experiment whose steps cost nothing, for sessions without a GPU. */
export function smallExperiment(fields: Record<string, unknown>) {
	const { experiment, problems } = readExperiment({
		task: 'copy',
		vocabularySize: 8,
		layers: 2,
		heads: 1,
		hiddenSize: 4,
		intermediateSize: 4,
		sequenceLength: 8,
		batchSize: 1,
		warmupSteps: 2,
		validationBatches: 1,
		validateEvery: 10,
		probeEvery: 0,
		schedule: 'constant',
		...fields,
	});
	expect(problems).toEqual([]);
	return experiment;
}

/** A browser that keeps nothing. */
export const forgetful = { recall: async () => null, keep: async () => 'kept', forgetAll: async () => {} } as unknown as ResultMemory;
