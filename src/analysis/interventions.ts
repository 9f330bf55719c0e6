import type { Intervention, LambdaControl, LambdaEdit, NamedLambda } from '../experiment/intervention';
import { MAX_LAMBDA } from '../experiment/methods';
import { type ModelConfig, ModelError } from '../model/config';
import { lambdaInputs, NEUTRENO_LAMBDA } from '../model/transformer';
import { valueScheme } from '../model/values';
import type { NumbersOf, ValueWeight } from '../model/values/scheme';
import { mostWeights, VALUE_STEERING } from '../model/values/steered';
import { INTERVENTION_INPUTS } from './interventionGraph';

/** An intervention, or a change of λ, that the model has no place for; the message names the field and its limits. */
export class InterventionError extends Error {
	override name = 'InterventionError';
}

/** Numbers of parameters, row-major, by name. */
export type ParameterNumbers = Readonly<Record<string, ArrayLike<number>>>;

/** Weights on values of every layer, [L][…]; layer 1 of the paper, 0 here, has none. */
const weightsOf = (config: ModelConfig): ValueWeight[][] => {
	const scheme = valueScheme(config.valueScheme.name);
	return Array.from({ length: config.layers }, (_, layer) => (layer === 0 ? [] : scheme.weights(config, layer)));
};

/** Parameters that the λ of `controlsOf` follow from: few numbers, to be read back by themselves. */
export const controlParameters = (config: ModelConfig): string[] => [
	...new Set(
		weightsOf(config)
			.flat()
			.flatMap(({ names }) => names),
	),
];

/**
 * Every weight on values that a hand can move, with its value in the model as it stands, by layer. A place in a layer's
 * part of the list is an edit's `index`. NeuTRENO's λ is one number for the whole model: it is listed once, with layer 1
 * (from 0). METHODS.md gives no mix of values beside KV sharing or another residual: such models have no controls.
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

/** The edits with the names of the weights that they move. @throws InterventionError */
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
 * Numbers for the inputs of `interventionGraph(config, length)`, by name. Of several edits of one λ the last counts;
 * several scales of one value multiply.
 *
 * @param shown tokens of the sequence that are there: keys count to it, what stands behind is padding
 * @throws InterventionError
 */
export function interventionInputs(
	config: ModelConfig,
	intervention: Intervention,
	length: number,
	shown = length,
): Record<string, ArrayLike<number>> {
	const { layers, heads } = config;
	const { maskedKeys, headsOff, valueScales, sinkLogit } = intervention;
	const visible = new Float32Array(layers * length).fill(1);
	const scales = new Float32Array(layers * length).fill(1);
	const gates = new Float32Array(layers * heads).fill(1);
	const places = (field: string, { layer, key }: { layer: number | null; key: number }): number[] => {
		check(`${field}.key`, key, shown, 'the sequence has', 'keys');
		if (layer !== null) check(`${field}.layer`, layer, layers, 'the model has', 'layers');
		return (layer === null ? Array.from({ length: layers }, (_, n) => n) : [layer]).map((n) => n * length + key);
	};
	maskedKeys.forEach((edit, i) => {
		for (const place of places(`maskedKeys[${i}]`, edit)) visible[place] = 0;
	});
	valueScales.forEach((edit, i) => {
		checkNumber(`valueScales[${i}].factor`, edit.factor);
		for (const place of places(`valueScales[${i}]`, edit)) scales[place] *= edit.factor;
	});
	headsOff.forEach(({ layer, head }, i) => {
		check(`headsOff[${i}].layer`, layer, layers, 'the model has', 'layers');
		check(`headsOff[${i}].head`, head, heads, 'a layer has', 'heads');
		gates[layer * heads + head] = 0;
	});
	return {
		[INTERVENTION_INPUTS.visible]: visible,
		[INTERVENTION_INPUTS.valueScales]: scales,
		[INTERVENTION_INPUTS.gates]: gates,
		[INTERVENTION_INPUTS.sink]: [sinkLogit ? 1 : 0],
		...lambdaInputs(config),
		...weightInputs(config, intervention),
	};
}

/** What stands in the place of the weights that are moved; `withoutFirstValues` has the last word on those on V₁. */
function weightInputs(config: ModelConfig, { lambdas, withoutFirstValues }: Intervention): Record<string, ArrayLike<number>> {
	const all = weightsOf(config);
	const most = mostWeights(config);
	const steering = new Float32Array(config.layers * 2 * most);
	let pull = config.valueScheme.lambda;
	const write = (layer: number, index: number, kept: number, added: number) => {
		if (all[layer][index].on === 'pull') pull = kept * (pull as number) + added;
		else {
			steering[layer * 2 * most + index] = kept;
			steering[layer * 2 * most + most + index] = added;
		}
	};
	all.forEach((weights, layer) => {
		weights.forEach((_, index) => {
			write(layer, index, 1, 0);
		});
	});
	lambdas.forEach((edit, i) => {
		weightAt(all, edit, `lambdas[${i}]`);
		write(edit.layer, edit.index, 0, edit.value);
	});
	if (withoutFirstValues)
		all.forEach((weights, layer) => {
			weights.forEach(({ on }, index) => {
				if (on === 0 || on === 'beside' || on === 'pull') write(layer, index, 0, 0);
			});
		});
	return { ...(most ? { [VALUE_STEERING]: steering } : {}), ...(pull === null ? {} : { [NEUTRENO_LAMBDA]: [pull] }) };
}

/**
 * Lets training go on with other λ: writes those of the config there, and returns the parameters that take other numbers,
 * by name. All or nothing: an error changes nothing.
 *
 * @param numbers those of `controlParameters`
 * @throws InterventionError
 */
export function moveLambdas(config: ModelConfig, edits: readonly LambdaEdit[], numbers: ParameterNumbers): Record<string, number[]> {
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

/** The weight that an edit names. @throws InterventionError */
function weightAt(all: readonly (readonly ValueWeight[])[], { layer, index, value }: LambdaEdit, field: string): ValueWeight {
	check(`${field}.layer`, layer, all.length, 'the model has', 'layers');
	check(`${field}.index`, index, all[layer].length, `layer ${layer} has`, 'weights on values that can be moved');
	checkNumber(`${field}.value`, value);
	return all[layer][index];
}

function check(field: string, value: number, count: number, owner: string, what: string): void {
	if (Number.isInteger(value) && value >= 0 && value < count) return;
	const range = count === 0 ? '' : `, counted from 0 to ${count - 1}`;
	throw new InterventionError(`${field} is ${value}, but ${owner} ${count === 0 ? 'no' : count} ${what}${range}`);
}

/** One limit for λ and for scales of values: that of a method's name. */
function checkNumber(field: string, value: number): void {
	if (!(Math.abs(value) <= MAX_LAMBDA))
		throw new InterventionError(`${field} must be a number from ${-MAX_LAMBDA} to ${MAX_LAMBDA}, not ${value}`);
}
