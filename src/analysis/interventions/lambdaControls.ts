import { INTERVENTIONS } from '../../experiment/interventions';
import type { LambdaControl, LambdaEdit, NamedLambda } from '../../experiment/interventions/lambdas';
import { type ModelConfig, ModelError } from '../../model/config';
import type { NumbersOf, ValueWeight } from '../../model/values/scheme';
import { weightsOf } from '../../model/valueWeights';
import { checkIndex, checkNumber, InterventionError } from './limits';

/** Numbers of parameters, row-major, by name. */
export type ParameterNumbers = Readonly<Record<string, ArrayLike<number>>>;

/** Parameters that determine the λ of `controlsOf`. They are few numbers, read back separately from the other weights. */
export const controlParameters = (config: ModelConfig): string[] => [
	...new Set(
		weightsOf(config)
			.flat()
			.flatMap(({ names }) => names),
	),
];

/**
 * Every weight on values that an intervention can set, with its present value, layer by layer. NeuTRENO's λ is one number for
 * the whole model and is listed once, with layer 1 (counted from 0). Models with KV sharing or another residual have
 * only those of value embeddings, because docs/METHODS.md section 2 defines no other mix of values for them.
 *
 * @param numbers those of `controlParameters`
 */
export const controlsOf = (config: ModelConfig, numbers: ParameterNumbers): LambdaControl[] =>
	weightsOf(config).flatMap((weights, layer) =>
		weights.map((weight, index) => ({
			...named(weight, { layer, index, value: weight.value((name) => numbers[name]) }),
			trains: weight.move !== undefined,
		})),
	);

/** The edits with the labels of the weights that they set. @throws InterventionError */
export function namedEdits(config: ModelConfig, edits: readonly LambdaEdit[]): NamedLambda[] {
	const all = weightsOf(config);
	return edits.map((edit, i) => named(weightAt(all, edit, `lambdas[${i}]`), edit));
}

const named = ({ label, on }: ValueWeight, edit: LambdaEdit): NamedLambda => ({
	...edit,
	label,
	...(on === 'pull' ? { everyLayer: true } : {}),
});

/**
 * Prepares training to continue with other λ. Writes fixed ones to the config and returns the new numbers of parameters that
 * change, by name. If it throws, nothing has changed.
 *
 * @param numbers those of `controlParameters`
 * @throws InterventionError
 */
export function setLambdas(config: ModelConfig, edits: readonly LambdaEdit[], numbers: ParameterNumbers): Record<string, number[]> {
	const tried = structuredClone(config);
	const moved = movedParameters(tried, edits, numbers);
	config.valueScheme = tried.valueScheme;
	return moved;
}

function movedParameters(config: ModelConfig, edits: readonly LambdaEdit[], numbers: ParameterNumbers): Record<string, number[]> {
	const all = weightsOf(config);
	const moved: Record<string, number[]> = {};
	edits.forEach((edit, i) => {
		const { label, move } = weightAt(all, edit, `lambdas[${i}]`);
		if (!move)
			throw new InterventionError(
				`lambdas[${i}]: this method has no ${label} to train with, its formula has none; fork the run as resformer:constant instead`,
			);
		const current: NumbersOf = (name) => moved[name] ?? numbers[name];
		try {
			Object.assign(moved, move(edit.value, current));
		} catch (error) {
			throw error instanceof ModelError ? new InterventionError(`lambdas[${i}]: ${error.message}`) : error;
		}
	});
	return moved;
}

/** The weight that an edit sets. @throws InterventionError if there is none, or if the value exceeds the limits */
export function weightAt(all: readonly (readonly ValueWeight[])[], { layer, index, value }: LambdaEdit, field: string): ValueWeight {
	checkIndex(`${field}.layer`, layer, all.length, 'the model has', 'layers');
	checkIndex(`${field}.index`, index, all[layer].length, `layer ${layer} has`, 'weights on values that can be moved');
	checkNumber(`${field}.value`, value, INTERVENTIONS.lambdas.range.limits);
	return all[layer][index];
}
