/** Training in float16 with the kernels for GPUs, every method. The short suite has Vanilla. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { profileNamed } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import { openTestGpu } from '../support/webgpu';
import { expectHalfSteps } from './halfSteps';
import { CASES } from './stepCases';

describe('a training step in float16 with tiled kernels', () => {
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profileNamed('tiled'));
	});
	afterAll(() => gpu.close());

	it.each(CASES.slice(1))('has the gradient of float32 up to rounding: $name, $fields', (each) => expectHalfSteps(gpu, each));
});
