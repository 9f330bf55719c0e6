import type { AblationResidual } from '../../experiment/methods/ablationResidual';
import { half } from '../layer';
import type { Addition } from './addition';

/**
 * The paper's other residuals. From layer 2 on, Q or K before RoPE, or the attention probabilities, are averaged with those
 * of layer 1; the hidden residual is h ← ½h₀ + ½h at the end of every block. Zhou et al., arXiv 2410.17897.
 */
export const ablationResidual: Addition<AblationResidual | null> = {
	query: (residual, { graph, layer, queries }, query) => (residual === 'query' && layer > 0 ? half(graph, queries[0], query) : query),
	key: (residual, { graph, layer, keys }, key) => (residual === 'key' && layer > 0 ? half(graph, keys[0], key) : key),
	patternLayer: (residual, layer) => (residual === 'attention' && layer > 0 ? 0 : null),
	hidden: (residual, { graph, outputs }, hidden) => (residual === 'hidden' ? half(graph, outputs[0], hidden) : hidden),
};
