import type { Graph } from '../graph/graph';
import type { Tensor } from '../graph/tensor';

/**
 * cos and sin of t·θ^(−2i/dh), [T, dh/2] each, computed in float64, because WGSL's functions are not accurate enough for
 * angles of hundreds of radians.
 */
export function ropeTables(graph: Graph, length: number, headSize: number, theta: number): { cos: Tensor; sin: Tensor } {
	const half = headSize / 2;
	const table = (wave: (angle: number) => number) => () =>
		Float32Array.from({ length: length * half }, (_, i) => wave(Math.floor(i / half) * theta ** ((-2 * (i % half)) / headSize)));
	return {
		cos: graph.constant('rope cos', [length, half], table(Math.cos)),
		sin: graph.constant('rope sin', [length, half], table(Math.sin)),
	};
}
