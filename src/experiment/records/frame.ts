/** Measurements of one sequence in every layer and head: L layers, H heads, T tokens. */
export interface FrameArrays {
	/** Attention [L, H, T, T]: row i is that of query i, is 0 above the diagonal, and sums to 1, or to less with a sink logit. */
	probabilities: Float32Array<ArrayBuffer>;
	/** ‖v_j‖ of Vₙ, mean over KV heads: [L, T]. */
	valueNorms: Float32Array<ArrayBuffer>;
	/** ‖v_j‖ of V′ₙ, mean over KV heads: [L, T]. */
	mixedNorms: Float32Array<ArrayBuffer>;
	/** ‖h_j‖ at the block's output: [L, T]. */
	hiddenNorms: Float32Array<ArrayBuffer>;
	/** Share of the probed sequences in which the head has a sink on the first token: [L, H]. With one sequence it is 0 or 1. */
	sinkRates: Float32Array<ArrayBuffer>;
}

/** A model's attention and norms on one sequence, at one step of a run. */
export interface Frame extends FrameArrays {
	run: string;
	/** Updates done. */
	step: number;
	layers: number;
	heads: number;
	/** T, tokens in the sequence. */
	length: number;
	/** Display text of each of the T tokens; a space is `␣`, a newline `⏎`. */
	tokens: string[];
}

/** The part of a frame that attention maps are drawn from. */
export type AttentionMaps = Omit<Frame, Exclude<keyof FrameArrays, 'probabilities'>>;
