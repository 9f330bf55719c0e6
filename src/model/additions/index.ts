/** The maths of each addition, by the key of its descriptor in src/experiment/methods. */
import { ADDITION_NAMES, ADDITIONS, type Additions } from '../../experiment/methods';
import type { AdditionDescriptor } from '../../experiment/methods/descriptor';
import type { ModelConfig } from '../config';
import { ablationResidual } from './ablationResidual';
import type { Addition } from './addition';
import { attentionGate } from './attentionGate';
import { attentionSink } from './attentionSink';
import { depthWeightedAverage } from './depthWeights';
import { kvHeads } from './kvHeads';
import { kvSharing } from './kvSharing';
import { qkNorm } from './qkNorm';
import { valueEmbedding } from './valueEmbedding';

const MATHS = {
	kvHeads,
	kvSharing,
	depthWeightedAverage,
	ablationResidual,
	valueEmbedding,
	qkNorm,
	attentionSink,
	attentionGate,
} satisfies { [Name in keyof Additions]: Addition<Additions[Name]> };

/** The additions that a model uses, each with its choice, in the order of their table. */
export const additionsOf = (config: ModelConfig): { maths: Addition; choice: unknown }[] =>
	ADDITION_NAMES.filter((name) => config[name] !== (ADDITIONS[name] as AdditionDescriptor).off).map((name) => ({
		maths: MATHS[name],
		choice: config[name],
	}));

/** The layer (from 0) whose K and V layer `layer` reads. */
export const leaderOf = (config: ModelConfig, layer: number): number =>
	additionsOf(config).reduce((leader, { maths, choice }) => maths.leader?.(choice, leader) ?? leader, layer);

/** Layers that compute K and V. */
export const leadersOf = (config: ModelConfig): number[] =>
	Array.from({ length: config.layers }, (_, layer) => layer).filter((layer) => leaderOf(config, layer) === layer);

/** The earlier layer whose attention probabilities are averaged with a layer's own; null if none is. */
export function patternLayerOf(config: ModelConfig, layer: number): number | null {
	for (const { maths, choice } of additionsOf(config)) {
		const found = maths.patternLayer?.(choice, layer) ?? null;
		if (found !== null) return found;
	}
	return null;
}
