import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/compiler/plan';
import { checkOp } from '../../src/gpu/check';
import { type Device, NoGpuError, openDevice } from '../../src/gpu/device';
import { KernelLibrary } from '../../src/gpu/library';
import { SHADERS, specialise } from '../../src/gpu/shaders';
import { swiglu } from '../../src/graph/ops';
import { openTestGpu } from '../support/webgpu';

describe('errors of the GPU module', () => {
	let opened: Device;
	beforeAll(async () => {
		opened = await openDevice(openTestGpu().gpu);
	});
	afterAll(() => opened.device.destroy());

	const broken = (file: string, from: string, to: string) => ({ ...SHADERS, [file]: SHADERS[file].replace(from, to) });
	const variant = (file: string) => ({ file, constants: {}, overrides: {} });

	it('a shader that does not compile shows its name, line and text', async () => {
		const library = new KernelLibrary(opened.device, broken('swiglu', 'let g = gate[i];', 'let g = gates[i];'));
		const line = SHADERS.swiglu.split('\n').findIndex((text) => text.includes('let g = gate[i]')) + 1;
		await expect(library.get(variant('swiglu'))).rejects.toMatchObject({ name: 'ShaderError', file: 'swiglu', line });
		await expect(library.get(variant('swiglu'))).rejects.toThrow(
			`shaders/swiglu.wgsl:${line}: unresolved value 'gates'\n    let g = gates[i];`,
		);
	});

	it('kernels are compiled in order of their progress, and a failure or a stop leaves none half compiled', async () => {
		const files = ['swiglu', 'mix', 'rope', 'embedding'];
		const plan = { dispatches: files.map((file) => ({ variant: variant(file) })) } as unknown as Plan;
		const seen: string[] = [];
		const report = (done: number, total: number, kernel: string) => seen.push(`${done}/${total} ${kernel}`);
		const library = new KernelLibrary(opened.device);
		await library.prepare([plan, plan], report);
		expect(seen).toEqual(['0/4 swiglu', '1/4 mix', '2/4 rope', '3/4 embedding', '4/4 ']);

		const failing = new KernelLibrary(opened.device, broken('rope', 'let', 'lett'));
		await expect(failing.prepare([plan])).rejects.toMatchObject({ name: 'ShaderError', file: 'rope' });
		const stop = (done: number) => {
			if (done === 1) throw new Error('stopped');
		};
		const stopped = new KernelLibrary(opened.device);
		await expect(stopped.prepare([plan], stop)).rejects.toThrow('stopped');
		expect(stopped.size).toBe(4);
		seen.length = 0;
		await stopped.prepare([plan], report);
		expect(seen).toEqual(['0/0 ']);
	});

	it('a shader that computes wrong values fails its check', async () => {
		const library = new KernelLibrary(opened.device, broken('swiglu', '* up[i]', '+ up[i]'));
		const row = await checkOp(library, opened.profile, swiglu, 'float32');
		expect(row.passed).toBe(false);
		expect(row.largestError).toBeGreaterThan(0.01);
	});

	it('a uniform that shader and host name differently is refused', async () => {
		const library = new KernelLibrary(
			opened.device,
			broken('swiglu', 'struct Params { vectors: u32 }', 'struct Params { vectors: u32, more: u32 }'),
		);
		const row = await checkOp(library, opened.profile, swiglu, 'float32');
		expect(row.worstCase).toContain('shaders/swiglu.wgsl: params lack more');
	});

	it('a constant that a shader does not have is refused', () => {
		expect(() => specialise('swiglu', SHADERS.swiglu, { TILE: 4 })).toThrow('shaders/swiglu.wgsl has no const TILE to set');
		expect(() => specialise('rope', SHADERS.rope, { Elements: 'vec2f' })).toThrow('has no alias Elements');
	});

	it('without WebGPU or an adapter, the error says what to do', async () => {
		await expect(openDevice(undefined)).rejects.toThrow(NoGpuError);
		const none = { requestAdapter: async () => null } as unknown as GPU;
		await expect(openDevice(none)).rejects.toMatchObject({ name: 'NoGpuError', advice: expect.stringContaining('chrome://gpu') });
	});
});
