import { mix } from '../../graph/ops';
import { NO_SINK } from '../../graph/ops/intervenedAttention';
import type { InterventionMaths } from './maths';

const SINK = 'sink_logit';

/**
 * Every softmax has a sink with logit 0 and value 0. The input holds the logits [H] of a model without sinks; with sinks, a
 * factor [1] of the model's own.
 */
export const sinkLogit: InterventionMaths<'sinkLogit'> = {
	inputs: ({ attentionSink, heads }) => ({ [SINK]: attentionSink ? { shape: [1], neutral: 1 } : { shape: [heads], neutral: NO_SINK } }),
	write(on, { [SINK]: sink }) {
		if (on) sink.fill(0);
	},
	hooks: (input, graph) => ({ sinks: (own) => (own ? graph.apply(mix, [input(SINK), own], { indices: [0] })[0] : input(SINK)) }),
};
