/** The smallest models that have all parts, and devices for sessions of them. */
import { afterAll } from 'vitest';
import { Workbench } from '../../src/training/workbench';
import { openTestGpu } from '../support/webgpu';

export const TINY = {
	layers: 2,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	sequenceLength: 16,
	batchSize: 2,
	warmupSteps: 2,
	validationBatches: 1,
	validateEvery: 0,
	probeEvery: 0,
};

/** Opens devices, and closes them after the file's tests; `opened` has them in their order. */
export function devices() {
	const opened: Workbench[] = [];
	afterAll(() => {
		for (const bench of opened) bench.close();
	});
	const open = async () => {
		const bench = await Workbench.open(openTestGpu().gpu);
		opened.push(bench);
		return bench;
	};
	return { opened, open };
}
