/**
 * WebGPU in Node, through Dawn. Importing this file sets the globals that a browser has and Node 20 lacks. webgpu-utils
 * reads them while it loads, so `scripts/run.mjs` and the tests' setup import this file first.
 */
import { tmpdir } from 'node:os';
import { Float16Array } from '@petamoriken/float16';
import { create, globals } from 'webgpu';
import { isSoftware } from '../gpu/device';

Object.assign(globalThis, globals);
if (!('Float16Array' in globalThis)) Object.assign(globalThis, { Float16Array });

/** Pause between two of Dawn's polls of a software adapter's queue, ms. */
const TICK = 1;

/**
 * While a promise of WebGPU is pending, Dawn polls the queue in a loop of `setImmediate`, which keeps a whole core busy. A
 * software adapter needs that core, so Dawn's calls wait 1 ms instead. They are told by their callbacks, which are native
 * functions; bound functions and those that settle a promise are native too, and wait as well. On a GPU a step takes about
 * as long as such a pause, so there they do not wait.
 */
let waits = true;
const { setImmediate: immediate } = globalThis;
const isNative = (callback: unknown): boolean => /\{ \[native code\] \}$/.test(Function.prototype.toString.call(callback));
const patient = (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
	waits && isNative(callback) ? setTimeout(callback, TICK, ...args) : immediate(callback, ...args);
globalThis.setImmediate = Object.assign(patient, immediate) as typeof setImmediate;

/** Keeps the objects returned by `create` from being garbage-collected: a device does not keep its Dawn instance alive. */
const reachable = new Set<GPU>();

/**
 * Opens WebGPU. Dawn keeps the process running until `close` is called; destroy the devices first.
 *
 * @param flags Dawn's own, such as `disable-dawn-features=…`
 */
export function openDawn(flags: string[] = []): { gpu: GPU; close(): void } {
	// Mesa needs this variable to name a folder, and many containers leave it unset.
	process.env.XDG_RUNTIME_DIR ??= tmpdir();
	const gpu = create(flags);
	reachable.add(gpu);
	const requestAdapter = gpu.requestAdapter.bind(gpu);
	gpu.requestAdapter = async (options) => {
		const adapter = await requestAdapter(options);
		if (adapter) waits = isSoftware(adapter.info);
		return adapter;
	};
	return { gpu, close: () => reachable.delete(gpu) };
}
