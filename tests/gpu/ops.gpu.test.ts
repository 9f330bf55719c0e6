import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES, profileNamed, withLargeTiles } from '../../src/compiler/profile';
import { checkOp } from '../../src/gpu/check';
import { type Device, openDevice } from '../../src/gpu/device';
import { KernelLibrary } from '../../src/gpu/library';
import { OPS } from '../../src/graph/registry';
import { openTestGpu } from '../support/webgpu';

const LARGE_TILES = withLargeTiles(profileNamed('tiled'));

describe.each([...PROFILES, LARGE_TILES])(
	'kernels of the $name profile, small tiles below $fillingWorkgroups workgroups, against float64',
	(profile) => {
		let opened: Device;
		let library: KernelLibrary;
		beforeAll(async () => {
			opened = await openDevice(openTestGpu().gpu, profile);
			library = new KernelLibrary(opened.device);
		});
		afterAll(() => opened.device.destroy());

		it.each(OPS)('$name', async (op) => {
			const row = await checkOp(library, profile, op, 'float32');
			expect(row.worstCase, `error ${row.largestError}`).not.toMatch(/error|Error/);
			expect(row.largestError, row.worstCase).toBeLessThanOrEqual(row.tolerance);
		});
	},
);
