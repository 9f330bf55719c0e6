import type { InterventionMaths } from './maths';

const SINK = 'sink_logit';

/** Adds a sink with logit 0 and value 0 to every softmax if the input is 1. */
export const sinkLogit: InterventionMaths<'sinkLogit'> = {
	inputs: () => ({ [SINK]: { shape: [1], neutral: 0 } }),
	write(on, { [SINK]: sink }) {
		if (on) sink[0] = 1;
	},
	hooks: (input) => ({ attention: { sink: input(SINK) } }),
};
