import { headNorm } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import { headSizeOf } from '../config';
import { attentionName, type LayerContext } from '../layer';
import type { Addition } from './addition';

function normed({ graph, config, layer, parameter }: LayerContext, name: string, x: Tensor): Tensor {
	const size = headSizeOf(config);
	const weight = parameter(attentionName(layer, `${name}_norm.weight`), [size], { values: new Array(size).fill(1) });
	return graph.apply(headNorm, [x, weight], { epsilon: config.rmsNormEps })[0];
}

/** RMSNorm over each head of Q and K before RoPE, one weight [dh] for all heads of Q and one for all of K. Qwen3, arXiv 2505.09388. */
export const qkNorm: Addition<boolean> = {
	query: (_, context, query) => normed(context, 'q', query),
	key: (_, context, key) => normed(context, 'k', key),
};
