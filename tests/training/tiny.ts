/** The smallest models that have all parts, and devices for sessions of them. */
import { afterAll } from 'vitest';
import { GpuContext } from '../../src/gpu/gpuContext';
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
	const opened: GpuContext[] = [];
	afterAll(() => {
		for (const gpu of opened) gpu.close();
	});
	const open = async () => {
		const gpu = await GpuContext.open(openTestGpu().gpu);
		opened.push(gpu);
		return gpu;
	};
	return { opened, open };
}
