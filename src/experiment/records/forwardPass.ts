import type { LambdaControl } from '../interventions/lambdas';
import type { Frame, FrameArrays } from './frame';

/** A forward pass of one sequence of T tokens. V is the vocabulary's size. */
export interface ForwardPass<F extends FrameArrays = Frame> {
	frame: F;
	/** Mean of the losses that are not NaN, nats; NaN if all are. */
	loss: number;
	/** Cross-entropy of each position's target [T], nats; NaN if the position has none. */
	losses: Float32Array<ArrayBuffer>;
	/** [T, V] */
	logits: Float32Array<ArrayBuffer>;
}

/** One model on one sequence, with the same weights: without and with an intervention. */
export interface PairedPasses<F extends FrameArrays = Frame> {
	/** Updates that the weights had seen. */
	step: number;
	baseline: ForwardPass<F>;
	/** null if the intervention changes nothing. */
	intervened: ForwardPass<F> | null;
	/** λ of the model at this step; empty for a method without a mix of values. */
	controls: LambdaControl[];
}

/** Paired passes of a run, ready to be shown. */
export interface ForwardPassResult extends PairedPasses {
	run: string;
	/** Display text of each of the V tokens of the vocabulary. */
	vocabulary: string[];
	/** Target of each position [T]; −1 if it has none. */
	targets: Int32Array;
}
