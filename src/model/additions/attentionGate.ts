import type { AttentionGate } from '../../experiment/methods/attentionGate';
import { matmul } from '../../graph/ops';
import type { ModelConfig } from '../config';
import { attentionName, DRAWN } from '../layer';
import type { Addition } from './addition';

/** Gates of a layer: one for each query head, or for each of their channels. */
export const gatesOf = (choice: AttentionGate | null, { heads, hiddenSize }: ModelConfig): number =>
	choice === 'head' ? heads : hiddenSize;

/** U ← U ⊙ σ(x Wg) before Wo. Qiu et al., arXiv 2505.06708 (G1). */
export const attentionGate: Addition<AttentionGate | null> = {
	gate(choice, { graph, config, layer, x, parameter }) {
		const weight = parameter(attentionName(layer, 'gate_proj.weight'), [gatesOf(choice, config), config.hiddenSize], DRAWN);
		return graph.apply(matmul, [x, weight], { transposeB: true })[0];
	},
	flops: (choice, config) => 2 * config.hiddenSize * gatesOf(choice, config),
};
