import { INTERVENTION_KEYS, type Intervention, type InterventionKey } from '../../experiment/interventions';
import { sizeOf } from '../../graph/tensor';
import type { ModelConfig } from '../../model/config';
import { lambdaInputs } from '../../model/transformer';
import { checkIntervention } from './check';
import { headsOff } from './headsOff';
import { lambdas, withoutFirstValues } from './lambdas';
import { maskedKeys } from './maskedKeys';
import type { InputNumbers, InterventionInput, InterventionMaths } from './maths';
import { sinkLogit } from './sinkLogit';
import { valueScales } from './valueScales';

export { controlParameters, controlsOf, namedEdits, setLambdas } from './lambdaControls';
export { InterventionError } from './limits';

/** The maths of every intervention in `INTERVENTIONS`. */
const MATHS: { [Key in InterventionKey]: InterventionMaths<Key> } = {
	lambdas,
	withoutFirstValues,
	maskedKeys,
	headsOff,
	valueScales,
	sinkLogit,
};

/** The maths in the order in which interventions act. */
export const interventionMaths = (): InterventionMaths<InterventionKey>[] =>
	INTERVENTION_KEYS.map((key) => MATHS[key] as InterventionMaths<InterventionKey>);

/** Graph inputs of all interventions, by name. */
export const inputsOf = (config: ModelConfig, length: number): Record<string, InterventionInput> =>
	Object.assign({}, ...interventionMaths().map(({ inputs }) => inputs?.(config, length)));

/**
 * Numbers for the inputs of `interventionGraph(config, length)`, by name.
 *
 * @param shown tokens of the sequence; positions after them are padding and can't be edited
 * @throws InterventionError
 */
export function interventionInputs(
	config: ModelConfig,
	intervention: Intervention,
	length: number,
	shown = length,
): Record<string, ArrayLike<number>> {
	checkIntervention(config, intervention, shown);
	const neutral = Object.entries(inputsOf(config, length)).map(([name, { shape, neutral }]) => [
		name,
		typeof neutral === 'number' ? new Float32Array(sizeOf(shape)).fill(neutral) : Float32Array.from(neutral),
	]);
	const numbers: InputNumbers = { ...Object.fromEntries(neutral), ...lambdaInputs(config) };
	for (const key of INTERVENTION_KEYS) (MATHS[key] as InterventionMaths<InterventionKey>).write(intervention[key], numbers, config, length);
	return numbers;
}
