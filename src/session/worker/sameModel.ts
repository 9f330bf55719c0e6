import type { ModelConfig } from '../../model/config';

export const sameModel = (a: ModelConfig, b: ModelConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

/** True for models that differ at most in fixed λ, which the user can set at any step. */
export const sameButLambdas = (a: ModelConfig, b: ModelConfig): boolean => sameModel(withoutLambdas(a), withoutLambdas(b));

const withoutLambdas = (model: ModelConfig): ModelConfig => ({
	...model,
	valueScheme: { ...model.valueScheme, lambdas: null, lambda: null },
});
