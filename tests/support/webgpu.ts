/**
 * A GPU for tests, in Node through Dawn. The projects `gpu` and `long` load this file before each test file, so that WebGPU's globals are
 * there before anything imports webgpu-utils.
 */
import { afterAll } from 'vitest';
import { openDawn } from '../../src/cli/dawn';

let dawn: ReturnType<typeof openDawn> | undefined;

/** The test file's GPU; adapters and devices are the test's own to request and destroy. */
export function openTestGpu(): { gpu: GPU } {
	dawn ??= openDawn();
	return { gpu: dawn.gpu };
}

afterAll(() => {
	dawn?.close();
	dawn = undefined;
});
