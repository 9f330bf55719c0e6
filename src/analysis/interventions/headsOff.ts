import { scaleHeads } from '../../graph/ops';
import type { InterventionMaths } from './maths';

const GATES = 'head_gates';

/** Multiplies each head's output by its gate: 0 for a head that is off, else 1. */
export const headsOff: InterventionMaths<'headsOff'> = {
	inputs: ({ layers, heads }) => ({ [GATES]: { shape: [layers, heads], neutral: 1 } }),
	write(edits, { [GATES]: gates }, { heads }) {
		for (const { layer, head } of edits) gates[layer * heads + head] = 0;
	},
	hooks: (input, graph) => ({ headOutputs: (u, layer) => graph.apply(scaleHeads, [u, input(GATES)], { layer })[0] }),
};
