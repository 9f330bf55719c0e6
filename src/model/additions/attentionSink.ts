import type { AttentionSink } from '../../experiment/methods/attentionSink';
import { attentionName } from '../layer';
import type { Addition } from './addition';

/**
 * The softmax goes over the keys and one more logit s_h, which has no value: A_ij = e^{z_ij} / (e^{s_h} + Σ_k e^{z_ik}).
 * github.com/openai/gpt-oss (`sdpa`); with s = 0, softmax off by one.
 */
export const attentionSink: Addition<AttentionSink | null> = {
	sinks(sink, { graph, config: { heads }, layer, parameter }) {
		if (sink === 'zero') return graph.constant('sinks', [heads], () => new Float32Array(heads));
		return parameter(attentionName(layer, 'sinks'), [heads], { values: new Array(heads).fill(0) });
	},
};
