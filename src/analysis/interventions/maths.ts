import type { Intervention, InterventionKey } from '../../experiment/interventions';
import type { Graph } from '../../graph/graph';
import type { Shape, Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../../model/config';
import type { ValueScheme } from '../../model/values/scheme';

/** A graph input that an intervention is written to. */
export interface InterventionInput {
	shape: Shape;
	/** The number in every entry, or all entries row-major, that changes nothing to the last bit. */
	neutral: number | ArrayLike<number>;
}

/** Inputs by name, row-major. */
export type InputNumbers = Readonly<Record<string, Float32Array | number[]>>;

/** Places in the forward pass of one sequence of T tokens at which interventions act. Layers count from 0. */
export interface InterventionHooks {
	/** Inputs of the attention op: keys that are seen [L, T], factors of values [L, T], a sink [1]. */
	attention?: { visible?: Tensor; valueScales?: Tensor; sink?: Tensor };
	/** Rotated queries [T, H·dh] in place of those given. */
	query?(query: Tensor, layer: number): Tensor;
	/** Outputs of the heads [T, H·dh] that Wo reads, in place of U. */
	headOutputs?(u: Tensor, layer: number): Tensor;
	/** The value scheme in place of the method's. */
	scheme?(scheme: ValueScheme): ValueScheme;
}

/** The maths of an intervention; words and limits are the entry of the same key in src/experiment/interventions. */
export interface InterventionMaths<Key extends InterventionKey> {
	/** Inputs that it adds to the graph, by name. */
	inputs?(config: ModelConfig, length: number): Record<string, InterventionInput>;
	/** Writes its data into the inputs' numbers, on top of earlier interventions. */
	write(data: Intervention[Key], numbers: InputNumbers, config: ModelConfig, length: number): void;
	/** Its effect, from its inputs as tensors of the graph. */
	hooks?(input: (name: string) => Tensor, graph: Graph, config: ModelConfig): InterventionHooks;
}

/** Entries [layer, key] of an [L, T] input that an edit of a key means. */
export const keyEntries = (edit: { layer: number | null; key: number }, { layers }: ModelConfig, length: number): number[] =>
	(edit.layer === null ? Array.from({ length: layers }, (_, n) => n) : [edit.layer]).map((n) => n * length + edit.key);
