import { descriptorOf, editsOf, INTERVENTION_KEYS, type Intervention } from '../../experiment/interventions';
import type { AnyEdit } from '../../experiment/interventions/descriptor';
import type { ModelConfig } from '../../model/config';
import { weightsOf } from '../../model/valueWeights';
import { weightAt } from './lambdaControls';
import { checkIndex, checkNumber } from './limits';

/** Checks every edit against the sizes of the model and of a sequence of `shown` tokens. @throws InterventionError */
export function checkIntervention(config: ModelConfig, intervention: Intervention, shown: number): void {
	for (const key of INTERVENTION_KEYS) {
		const descriptor = descriptorOf(key);
		if (descriptor.target === 'model') continue;
		const { target, range } = descriptor;
		editsOf(intervention, key).forEach((edit, i) => {
			const field = `${key}[${i}]`;
			if (range) checkNumber(`${field}.value`, edit.value as number, range.limits);
			if (target === 'weight') weightAt(weightsOf(config), edit as Required<AnyEdit> & { layer: number }, field);
			else checkPlace(config, edit, shown, field);
		});
	}
}

function checkPlace({ layers, heads }: ModelConfig, { layer, head, key }: AnyEdit, shown: number, field: string): void {
	if (key !== undefined) checkIndex(`${field}.key`, key, shown, 'the sequence has', 'keys');
	if (layer !== undefined && layer !== null) checkIndex(`${field}.layer`, layer, layers, 'the model has', 'layers');
	if (head !== undefined) checkIndex(`${field}.head`, head, heads, 'a layer has', 'heads');
}
