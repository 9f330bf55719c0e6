// @ts-nocheck: its libraries are installed only where peers are measured.
// WebGPU for Node: puts navigator.gpu and the GPU* globals on globalThis. Imported before the libraries.
import 'core-js/actual/iterator/index.js'; // jax-js uses iterator helpers (Node 22+); no-op where native
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
const gpu = create([]);
if (!globalThis.navigator) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
for (const [k, v] of Object.entries({ gpu, userAgent: 'node', hardwareConcurrency: 2 }))
	Object.defineProperty(globalThis.navigator, k, { value: v, configurable: true });
export async function adapterName() {
	const i = (await gpu.requestAdapter()).info;
	return /llvmpipe/i.test(i.device + i.description)
		? 'dawn-node/lavapipe'
		: /swiftshader/i.test(i.device + i.description + i.architecture)
			? 'dawn-node/swiftshader'
			: `dawn-node/${i.device}`;
}
