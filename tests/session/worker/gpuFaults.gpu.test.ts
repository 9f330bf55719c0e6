/** Buffers that the GPU refuses and commands that are invalid, at any moment of a training: the reason is shown, never a number. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/session/client/protocol';
import { openTestGpu } from '../../support/webgpu';
import { experimentOf, isState, openLab } from './openLab';

type Faults = {
	/** Changes the description of a buffer before it is made. */
	buffer?(descriptor: GPUBufferDescriptor): GPUBufferDescriptor;
	/** Called before each submit of commands. */
	submit?(device: GPUDevice): void;
};

const faults: Faults = {};
afterEach(() => {
	delete faults.buffer;
	delete faults.submit;
});

/** The test's GPU with devices that have `faults`. */
function faultyGpu(): GPU {
	const { gpu } = openTestGpu();
	const requestAdapter = async (options?: GPURequestAdapterOptions) => {
		const adapter = await gpu.requestAdapter(options);
		if (!adapter) return null;
		const requestDevice = adapter.requestDevice.bind(adapter);
		adapter.requestDevice = async (descriptor) => {
			const device = await requestDevice(descriptor);
			const createBuffer = device.createBuffer.bind(device);
			device.createBuffer = (wanted) => createBuffer(faults.buffer?.(wanted) ?? wanted);
			const submit = device.queue.submit.bind(device.queue);
			device.queue.submit = (commands) => {
				faults.submit?.(device);
				return submit(commands);
			};
			return device;
		};
		return adapter;
	};
	return { requestAdapter } as unknown as GPU;
}

/** No buffer can have this usage. */
const invalid = (descriptor: GPUBufferDescriptor): GPUBufferDescriptor => ({ ...descriptor, usage: 0 });

const START = { type: 'start', experiment: experimentOf({ methods: ['vanilla'] }), paused: false } as const;

const numbers = (events: readonly Event[]) =>
	events.flatMap((event) => {
		if (event.type === 'metrics' || event.type === 'finished') return Object.values(event.metrics).flat();
		if (event.type === 'steps') return [...event.losses, ...event.gradNorms];
		return [];
	});

describe('a training whose GPU fails', () => {
	it.each(['parameters', 'activations', 'uniforms', 'readback'])(
		'to allocate its %s is refused with the reason, and no number appears',
		async (label) => {
			const lab = openLab(faultyGpu);
			await lab.send({ type: 'open' });
			let hit = 0;
			faults.buffer = (descriptor) => {
				if (descriptor.label !== label) return descriptor;
				hit++;
				return invalid(descriptor);
			};
			const stopped = lab.until((event) => event.type === 'error');
			lab.send(START);
			await stopped;
			expect(hit).toBeGreaterThan(0);
			expect(lab.of('error')[0].message).toMatch(/the GPU refused a command|too little memory/);
			expect(numbers(lab.events)).toEqual([]);
			expect(lab.of('state').map(({ state }) => state)).not.toContain('finished');
		},
	);

	it('to run the commands of a step stops with the reason; Resume continues with the same numbers as ever', async () => {
		const straight = openLab(faultyGpu);
		const done = straight.until(isState('finished'));
		await straight.send(START);
		await done;
		const lab = openLab(faultyGpu);
		let submits = 0;
		const refused = (device: GPUDevice) =>
			device.queue.writeBuffer(
				device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST }),
				4,
				new Float32Array(8),
			);
		const stopped = lab.until(isState('paused'));
		lab
			.until((event) => event.type === 'steps')
			.then(() => {
				faults.submit = (device) => void (submits++ === 1 && refused(device));
			});
		await lab.send(START);
		await stopped;
		expect(
			lab
				.of('error')
				.map(({ message }) => message)
				.join(),
		).toMatch(/the GPU refused a command/);
		delete faults.submit;
		const end = lab.until(isState('finished'));
		await lab.send({ type: 'resume' });
		await end;
		expect(lab.of('finished').map(({ metrics }) => metrics)).toEqual(straight.of('finished').map(({ metrics }) => metrics));
		const losses = (of: typeof lab) =>
			new Map(of.of('steps').flatMap(({ first, losses }) => Array.from(losses, (loss, i) => [first + i, loss] as const)));
		expect(losses(lab)).toEqual(losses(straight));
	});

	it('in a way that no command reports stops with the reason', async () => {
		const lab = openLab(faultyGpu);
		const stopped = lab.until(isState('paused'));
		let device: GPUDevice | null = null;
		faults.submit = (used) => {
			device = used;
		};
		lab
			.until((event) => event.type === 'steps')
			.then(() => device?.queue.writeBuffer(device.createBuffer({ size: 16, usage: 0x80 }), 0, new Float32Array(8)));
		await lab.send(START);
		await stopped;
		expect(lab.of('error')[0].message).toMatch(/the GPU refused a command/);
		expect(lab.of('finished')).toEqual([]);
	});
});
