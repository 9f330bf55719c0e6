/** The nodes of each optimiser's update (docs/METHODS.md section 1). */
import { isDecayed } from '../compiler/arena';
import { isHiddenMatrix, type OptimizerName } from '../experiment/optimizers';
import type { Graph } from '../graph/graph';
import type { Op } from '../graph/op';
import { adamW, muon, sgd } from '../graph/ops';
import type { Tensor } from '../graph/tensor';

/** What every update reads: parameters in the order of their arena, a gradient each, ‖g‖² [1] and `hyper`. */
export interface UpdateInputs {
	parameters: readonly Tensor[];
	gradients: readonly Tensor[];
	squares: Tensor;
	hyper: Tensor;
}

/** Prefixes of the names of a parameter's moments, in the order of their arenas. */
const MOMENTS = ['m.', 'v.'] as const;

/** Updates parameters that follow one another in the arena with an op that keeps `moments` moments per parameter. */
function updateTogether(
	graph: Graph,
	op: Op<{ decayed: number }>,
	moments: number,
	{ parameters, gradients, squares, hyper }: UpdateInputs,
) {
	const states = MOMENTS.slice(0, moments).flatMap((prefix) => parameters.map(({ name, shape }) => graph.state(prefix + name, shape)));
	const next = graph.apply(op, [...parameters, ...gradients, ...states, squares, hyper], { decayed: parameters.filter(isDecayed).length });
	[...parameters, ...states].forEach((tensor, i) => {
		graph.update(tensor, next[i]);
	});
}

/** Muon on each hidden matrix by itself, and AdamW on each run of other parameters in the arena. */
function updateWithMuon(graph: Graph, { parameters, gradients, squares, hyper }: UpdateInputs): void {
	let first = 0;
	const updateOthers = (end: number) => {
		const others = { parameters: parameters.slice(first, end), gradients: gradients.slice(first, end) };
		if (end > first) updateTogether(graph, adamW, 2, { ...others, squares, hyper });
		first = end + 1;
	};
	parameters.forEach((parameter, i) => {
		if (!isHiddenMatrix(parameter.name)) return;
		updateOthers(i);
		const moment = graph.state(MOMENTS[0] + parameter.name, parameter.shape);
		const [next, nextMoment] = graph.apply(muon, [parameter, gradients[i], moment, squares, hyper]);
		graph.update(parameter, next);
		graph.update(moment, nextMoment);
	});
	updateOthers(parameters.length);
}

export const OPTIMIZER_UPDATES = {
	adamw: (graph, inputs) => updateTogether(graph, adamW, 2, inputs),
	sgd: (graph, inputs) => updateTogether(graph, sgd, 1, inputs),
	muon: updateWithMuon,
} satisfies Record<OptimizerName, (graph: Graph, inputs: UpdateInputs) => void>;
