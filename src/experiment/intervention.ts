/**
 * What a hand can change in a model's forward pass without touching a weight. Layers, heads, positions and weights count
 * from 0; a layer of null means every layer.
 */
export interface Intervention {
	/** Weights on values, moved: `index` is the weight's place among its layer's (`LambdaControl`). */
	lambdas: readonly LambdaEdit[];
	/** Every weight on V₁ in layers after the first is 0; NeuTRENO's λ(V₁ − V) goes as a whole. */
	withoutFirstValues: boolean;
	/** No query sees the key. A query that sees none at all attends to nothing: its row is 0, and so is what it reads. */
	maskedKeys: readonly { layer: number | null; key: number }[];
	/** What the head hands to Wo is 0. */
	headsOff: readonly { layer: number; head: number }[];
	/** What attention reads as the key's value, V′ⱼ, times `factor`. */
	valueScales: readonly { layer: number | null; key: number; factor: number }[];
	/** Softmax-off-by-one, in every layer: exp z / (1 + Σ exp z), a sink with logit 0 and value 0. */
	sinkLogit: boolean;
}

export interface LambdaEdit {
	layer: number;
	index: number;
	value: number;
}

/** A λ with its name, as the model gives it. */
export interface NamedLambda extends LambdaEdit {
	/** In the paper's letters, without the layer: `λ₁` on V₁, `λ₂` on the layer's own. */
	label: string;
	/** It is one number for the whole model, and listed with the first layer that reads it. */
	everyLayer?: true;
}

/** A weight on values that a slider can move, with its value in the model as it stands. */
export interface LambdaControl extends NamedLambda {
	/** Whether training can go on with another value of it: methods without λ, such as vanilla, only lend it to the forward pass. */
	trains: boolean;
}

export const NO_INTERVENTION: Intervention = {
	lambdas: [],
	withoutFirstValues: false,
	maskedKeys: [],
	headsOff: [],
	valueScales: [],
	sinkLogit: false,
};

/** Whether the intervention changes nothing by its own words; λ set to the value that they have count as changed. */
export const changesNothing = (intervention: Intervention): boolean =>
	!intervention.withoutFirstValues &&
	!intervention.sinkLogit &&
	[intervention.lambdas, intervention.maskedKeys, intervention.headsOff, intervention.valueScales].every((list) => list.length === 0);
