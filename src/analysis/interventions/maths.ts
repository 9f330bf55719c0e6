import type { Intervention, InterventionKey } from '../../experiment/interventions';
import type { Graph } from '../../graph/graph';
import type { Shape, Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../../model/config';
import type { ValueScheme } from '../../model/values/scheme';

/** A graph input that an intervention is written to. */
export interface InterventionInput {
	shape: Shape;
	/** The content with which the pass is the same to the last bit: one number for every entry, or all entries row-major. */
	neutral: number | ArrayLike<number>;
}

/** Numbers of graph inputs by name, row-major. */
export type InputNumbers = Readonly<Record<string, Float32Array | number[]>>;

/** Places in the forward pass of one sequence of T tokens at which interventions act. Layers count from 0. */
export interface InterventionHooks {
	/** Inputs of the attention op: visible keys [L, T], factors of values [L, T]. */
	attention?: { visible?: Tensor; valueScales?: Tensor };
	/** Logits of the sinks [H] in place of the model's own, if it has any. */
	sinks?(own: Tensor | undefined): Tensor;
	/** Rotated queries [T, H·dh] in place of those given. */
	query?(query: Tensor, layer: number): Tensor;
	/** Outputs of the heads [T, H·dh] that Wo reads, in place of U. */
	headOutputs?(u: Tensor, layer: number): Tensor;
	/** Σᵢ weights[i]·terms[i] of an addition, with other weights. */
	weighted?(weights: Tensor, terms: readonly Tensor[], layer: number): Tensor;
	/** The value scheme in place of the method's. */
	scheme?(scheme: ValueScheme): ValueScheme;
}

/** The maths of an intervention; its texts and limits have the same key in src/experiment/interventions. */
export interface InterventionMaths<Key extends InterventionKey> {
	/** Inputs that it adds to the graph, by name. */
	inputs?(config: ModelConfig, length: number): Record<string, InterventionInput>;
	/** Writes its data into the inputs' numbers, after earlier interventions. */
	write(data: Intervention[Key], numbers: InputNumbers, config: ModelConfig, length: number): void;
	/** Its effect on the forward pass. `input` returns a graph input by name. */
	hooks?(input: (name: string) => Tensor, graph: Graph, config: ModelConfig): InterventionHooks;
}

/** Indices into an [L, T] input of the entries that an edit of a key sets: one layer, or all. */
export const keyEntries = (edit: { layer: number | null; key: number }, { layers }: ModelConfig, length: number): number[] =>
	(edit.layer === null ? Array.from({ length: layers }, (_, n) => n) : [edit.layer]).map((n) => n * length + edit.key);
