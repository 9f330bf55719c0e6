import { isHiddenMatrix } from '../experiment/optimizers';
import type { ModelConfig } from '../model/config';
import type { StoredTensor } from './safetensors';
import type { TrainingConfig } from './trainingConfig';
import { namedWeights } from './weights';

/** An optimiser's moments of every parameter, by Hugging Face name. */
export interface Moments {
	first: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
	/** null if the optimiser keeps none. */
	second: Readonly<Record<string, Float32Array<ArrayBuffer>>> | null;
}

/**
 * The tensors of optimizer.safetensors: `m.NAME` for the first moment of the parameter NAME, and `v.NAME` for the second, which only
 * parameters that AdamW updates have.
 */
export function momentTensors(model: ModelConfig, { optimizer }: TrainingConfig, { first, second }: Moments): Map<string, StoredTensor> {
	const hasSecond = (name: string) => optimizer === 'adamw' || (optimizer === 'muon' && !isHiddenMatrix(name));
	return new Map([
		...[...namedWeights(model, first)].map(([name, tensor]): [string, StoredTensor] => [`m.${name}`, tensor]),
		...[...(second ? namedWeights(model, second) : [])].flatMap(([name, tensor]): [string, StoredTensor][] =>
			hasSecond(name) ? [[`v.${name}`, tensor]] : [],
		),
	]);
}
