import { arenaSizeOf } from '../graph/arena';
import type { Graph } from '../graph/graph';
import type { Tensor } from '../graph/tensor';
import type { ArenaLayout } from './plan';

/**
 * Weight decay applies to matrices and embeddings, not to norm weights, λ and depth weights (docs/METHODS.md section 1).
 * Those are vectors, which are stored at the end of the arena.
 */
export const isDecayed = (parameter: Tensor): boolean => parameter.shape.length > 1;

/** Parameters in arena order: first those with weight decay, then the others, each in the order of declaration. */
export function arenaOrder(graph: Graph): Tensor[] {
	const all = [...graph.parameters.values()];
	return [...all.filter(isDecayed), ...all.filter((parameter) => !isDecayed(parameter))];
}

export function arenaLayout(graph: Graph): ArenaLayout {
	const order = arenaOrder(graph);
	let floats = 0;
	const entries = order.map(({ name, shape }) => {
		const offset = floats;
		floats += arenaSizeOf(shape);
		return { name, shape, offset };
	});
	return { entries, floats, decayed: order.filter(isDecayed).length };
}
