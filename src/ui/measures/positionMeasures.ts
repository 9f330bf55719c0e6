/** Numbers at each position of a frame's sequence: strips under the maps and maps of layers by position show them. */
import type { Frame } from '../../experiment/records/frame';
import { tokenImportance } from './frameMeasures';

/** A number at each position of a sequence. */
export interface PositionMeasure {
	name: 'importance' | 'value' | 'mixed' | 'hidden' | 'loss';
	/** In words. */
	label: string;
	/** In words, next to a strip. */
	short: string;
	/** As in the paper. */
	letter: string;
	formula: string;
	/** One sentence. */
	help: string;
}

// biome-ignore format: a table reads by its columns
export const POSITION_MEASURES: readonly PositionMeasure[] = [
	{ name: 'importance', label: 'token importance', short: 'importance', letter: 'p', formula: 'p_j = Σ_i Ā_ij / Σ_ij Ā_ij', help: 'Token importance: the key’s share of all attention, mean over the layer’s heads. A sink stands out.' },
	{ name: 'value', label: 'value norm', short: 'value norm', letter: '‖v‖', formula: '‖v_j‖ of V_n', help: 'Length of the key’s own value vector, mean over KV heads. A drained value is far below the others.' },
	{ name: 'mixed', label: 'norm of the value that is read', short: 'read value', letter: '‖v′‖', formula: '‖v′_j‖ of V′_n, e.g. λ₁V₁ + λ₂V_n', help: 'Length of the value that attention reads, after the method mixes values.' },
	{ name: 'hidden', label: 'hidden-state norm', short: 'hidden norm', letter: '‖h‖', formula: '‖h_j‖ at the block’s output', help: 'Length of the hidden state. A peak at the first token goes together with its sink.' },
	{ name: 'loss', label: 'loss', short: 'loss', letter: '', formula: '−ln p(next token)', help: 'Cross-entropy of the token after this one, nats, or the squared error of a vector; empty if the task predicts none.' },
];

/** Those that every frame has, in every layer. The loss belongs to a forward pass. */
export type FrameMeasure = PositionMeasure & { name: Exclude<PositionMeasure['name'], 'loss'> };
export const FRAME_MEASURES = POSITION_MEASURES.filter((measure): measure is FrameMeasure => measure.name !== 'loss');

const NORMS = { value: 'valueNorms', mixed: 'mixedNorms', hidden: 'hiddenNorms' } as const;

/** The measure at each position of a layer (from 0), [T]. */
export function positionValues(frame: Frame, name: FrameMeasure['name'], layer: number): Float32Array {
	if (name === 'importance') return tokenImportance(frame, layer);
	return frame[NORMS[name]].subarray(layer * frame.length, (layer + 1) * frame.length);
}
