/**
 * WebGPU in Node, through Dawn. Importing this file sets the globals that a browser has and Node 20 lacks. webgpu-utils reads them when it
 * is loaded, so this file must be loaded before it: `scripts/run.mjs` and the tests' set-up see to that.
 */
import { tmpdir } from 'node:os';
import { Float16Array } from '@petamoriken/float16';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
if (!('Float16Array' in globalThis)) Object.assign(globalThis, { Float16Array });

/** Dawn lives as long as the object from `create` is reachable, and a device doesn't keep it so. */
const reachable = new Set<GPU>();

/** Opens WebGPU. `close` lets go of it, after the devices are destroyed: until then Dawn keeps the process from ending. */
export function openDawn(): { gpu: GPU; close(): void } {
	// Mesa wants some folder there; many containers set none.
	process.env.XDG_RUNTIME_DIR ??= tmpdir();
	const gpu = create([]);
	reachable.add(gpu);
	return { gpu, close: () => reachable.delete(gpu) };
}
