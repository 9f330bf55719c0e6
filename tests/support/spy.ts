import type { Page } from 'playwright-core';
import type { ForwardPassResult } from '../../src/experiment/records/forwardPass';
import type { Event } from '../../src/session/client/protocol';

/**
 * To lose the GPU, to lose it with no adapter for a second, to have its next buffers or its next command refused, to take it that
 * a minute has passed, to have no room for files, to write none for now, to have every fault removed.
 */
type Telling = 'loseDevice' | 'loseAdapter' | 'refuseBuffers' | 'refuseCommand' | 'skip' | 'fill' | 'hold' | 'empty';

interface Spied {
	seen: Event[];
	tellWorker(what: Telling): void;
}

/** Runs in the page before its scripts: keeps what the training worker says, for a test to read. */
export function spyOnWorker(): void {
	const seen: Event[] = [];
	Object.assign(globalThis, { seen });
	globalThis.Worker = class extends Worker {
		constructor(...args: ConstructorParameters<typeof Worker>) {
			super(...args);
			this.addEventListener('message', ({ data }) => seen.push(data));
		}
	};
}

/**
 * As `spyOnWorker`, with a worker that can be made to lose its GPU, to have its buffers refused, to skip a minute, or to find no room for
 * files. The worker's own script runs unchanged inside of one that keeps its devices: destroying one is how WebGPU lets a script lose a device for real.
 */
export function spyOnFragileWorker(): void {
	const seen: Event[] = [];
	const control = `
		const devices = [];
		const request = GPUAdapter.prototype.requestDevice;
		GPUAdapter.prototype.requestDevice = async function (...args) {
			const device = await request.apply(this, args);
			devices.push(device);
			return device;
		};
		let absent = false, badBuffers = false, badCommand = false;
		const requestAdapter = GPU.prototype.requestAdapter;
		GPU.prototype.requestAdapter = async function (...args) {
			return absent ? null : requestAdapter.apply(this, args);
		};
		const createBuffer = GPUDevice.prototype.createBuffer;
		GPUDevice.prototype.createBuffer = function (descriptor) {
			return createBuffer.call(this, badBuffers ? { ...descriptor, usage: 0 } : descriptor);
		};
		const submit = GPUQueue.prototype.submit;
		GPUQueue.prototype.submit = function (commands) {
			// Longer than the buffer.
			if (badCommand) this.writeBuffer(createBuffer.call(devices.at(-1), { size: 16, usage: GPUBufferUsage.COPY_DST }), 0, new Float32Array(8));
			badCommand = false;
			return submit.call(this, commands);
		};
		const now = performance.now.bind(performance);
		let skipped = 0;
		performance.now = () => now() + skipped;
		let full = false, held = false;
		const write = FileSystemWritableFileStream.prototype.write;
		FileSystemWritableFileStream.prototype.write = async function (...args) {
			if (full) throw new DOMException('no room', 'QuotaExceededError');
			while (held) await new Promise((resolve) => setTimeout(resolve, 50));
			return write.apply(this, args);
		};
		addEventListener('message', (event) => {
			if (event.data === 'loseDevice') devices.at(-1).destroy();
			else if (event.data === 'loseAdapter') {
				absent = true;
				setTimeout(() => void (absent = false), 1000);
				devices.at(-1).destroy();
			} else if (event.data === 'refuseBuffers') badBuffers = true;
			else if (event.data === 'refuseCommand') badCommand = true;
			else if (event.data === 'skip') skipped += 60_000;
			else if (event.data === 'fill') full = true;
			else if (event.data === 'hold') held = true;
			else if (event.data === 'empty') full = held = badBuffers = false;
			else return;
			event.stopImmediatePropagation();
		});`;
	const moduleOf = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
	globalThis.Worker = class extends Worker {
		constructor(script: string | URL, options?: WorkerOptions) {
			// Listens before the worker does, which must not see these messages.
			const both = [moduleOf(control), String(script)].map((address) => `import ${JSON.stringify(address)};`);
			super(moduleOf(both.join('\n')), { ...options, type: 'module' });
			this.addEventListener('message', ({ data }) => seen.push(data));
			Object.assign(globalThis, { seen, tellWorker: (what: string) => this.postMessage(what) });
		}
	};
}

export async function tellWorker(page: Page, what: Telling): Promise<void> {
	await page.evaluate((message) => (globalThis as unknown as Spied).tellWorker(message), what);
}

/** Everything of one type that the worker has said so far; typed arrays as plain ones. */
export async function eventsOf<T extends Event['type']>(page: Page, type: T): Promise<Extract<Event, { type: T }>[]> {
	return page.evaluate((wanted) => {
		const plain = (value: unknown): unknown => {
			if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
			if (Array.isArray(value)) return value.map(plain);
			if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
			return value;
		};
		return (globalThis as unknown as Spied).seen.filter((event) => event.type === wanted).map(plain);
	}, type) as Promise<Extract<Event, { type: T }>[]>;
}

/** The answers to requests for forward passes so far. */
export async function forwardPassesOf(page: Page): Promise<ForwardPassResult[]> {
	return (await eventsOf(page, 'answer')).flatMap((event) => (event.request === 'forwardPass' ? [event.answer] : []));
}

/** How many things of one type the worker has said so far. */
export function countOf(page: Page, type: Event['type']): Promise<number> {
	return page.evaluate((wanted) => (globalThis as unknown as Spied).seen.filter((event) => event.type === wanted).length, type);
}

/** Waits until the worker has said `count` things of one type. */
export async function waitForEvents(page: Page, type: Event['type'], count = 1, timeout = 150_000): Promise<void> {
	await page.waitForFunction(
		([wanted, least]) => (globalThis as unknown as Spied).seen.filter((event) => event.type === wanted).length >= Number(least),
		[type, count] as const,
		{ timeout },
	);
}

/** The losses of each run by step; a step that came twice (after a lost device) has both. */
export async function lossesByRun(page: Page): Promise<Map<string, number[][]>> {
	const runs = new Map<string, number[][]>();
	for (const { run, first, losses } of await eventsOf(page, 'steps')) {
		const steps = runs.get(run) ?? [];
		runs.set(run, steps);
		Array.from(losses).forEach((loss, i) => {
			steps[first + i] = [...(steps[first + i] ?? []), loss];
		});
	}
	return runs;
}

/** Bytes of the worker's GPU buffers: those there are, and the most there were since the last reading. */
export interface GpuMemory {
	live: number;
	peak: number;
}

/** Runs in the page before its scripts: a worker that counts the bytes of its GPU buffers, for `gpuMemory`. It keeps no events. */
export function countGpuMemory(): void {
	const around = (script: string) => `
		import ${JSON.stringify(script)};
		let live = 0, peak = 0;
		const create = GPUDevice.prototype.createBuffer;
		GPUDevice.prototype.createBuffer = function (descriptor) {
			live += descriptor.size;
			peak = Math.max(peak, live);
			return create.call(this, descriptor);
		};
		const freed = new WeakSet();
		const destroy = GPUBuffer.prototype.destroy;
		GPUBuffer.prototype.destroy = function () {
			if (!freed.has(this)) live -= this.size;
			freed.add(this);
			destroy.call(this);
		};
		const channel = new BroadcastChannel('gpu memory');
		channel.onmessage = ({ data }) => {
			if (data !== 'read') return;
			channel.postMessage({ live, peak });
			peak = live;
		};`;
	globalThis.Worker = class extends Worker {
		constructor(script: string | URL, options?: WorkerOptions) {
			super(URL.createObjectURL(new Blob([around(String(script))], { type: 'text/javascript' })), { ...options, type: 'module' });
		}
	};
}

/** Reads a counting worker's memory. */
export const gpuMemory = (page: Page): Promise<GpuMemory> =>
	page.evaluate(
		() =>
			new Promise<GpuMemory>((resolve) => {
				const channel = new BroadcastChannel('gpu memory');
				channel.onmessage = ({ data }) => {
					channel.close();
					resolve(data);
				};
				channel.postMessage('read');
			}),
	);
