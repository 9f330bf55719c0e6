import type { Intervention } from '.';

export type LambdaEdit = Intervention['lambdas'][number];

/** A λ with its name, as the model gives it. */
export interface NamedLambda extends LambdaEdit {
	/** In the paper's letters, without the layer: `λ₁` on V₁, `λ₂` on the layer's own value. */
	label: string;
	/** Set if it is one number for the whole model, which is listed with the first layer that reads it. */
	everyLayer?: true;
}

/** A weight on values that an intervention can set, with its present value in the model. */
export interface LambdaControl extends NamedLambda {
	/** True if training can continue with another value. In methods without λ, such as vanilla, only a forward pass can use one. */
	trains: boolean;
}
