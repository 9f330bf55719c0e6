import { ADDITION_NAMES, type Additions, type Method } from '../experiment/methods';
import { NEUTRENO_LAMBDA } from '../experiment/methods/neutreno';
import { COMBINED_LAMBDA } from '../experiment/methods/neutrenoResformer';
import { FIXED_FORMS, type ResFormerChoice } from '../experiment/methods/resformer';
import type { Experiment } from '../experiment/types';
import type { ModelConfig, ValueSchemeConfig } from './config';

/** The model that an experiment trains for one of its methods. */
export function modelConfig(experiment: Experiment, method: Method, vocabularySize: number): ModelConfig {
	const { layers, heads } = experiment;
	const { kvHeads: _, ...additions } = Object.fromEntries(ADDITION_NAMES.map((name) => [name, method[name]])) as unknown as Additions;
	return {
		vocabularySize,
		layers,
		heads,
		kvHeads: method.kvHeads ?? experiment.kvHeads ?? heads,
		hiddenSize: experiment.hiddenSize,
		intermediateSize: experiment.intermediateSize,
		rmsNormEps: experiment.rmsNormEps,
		ropeTheta: experiment.ropeTheta,
		tieWordEmbeddings: experiment.tieWordEmbeddings,
		valueScheme: settingsOf(method, layers),
		...additions,
	};
}

function settingsOf({ scheme }: Method, layers: number): ValueSchemeConfig {
	const none: ValueSchemeConfig = { name: scheme.name, form: null, lambdas: null, lambda: null };
	switch (scheme.name) {
		case 'resformer':
			return { ...none, form: scheme.choice.form, lambdas: fixedLambdas(scheme.choice, layers) };
		case 'neutreno':
			return { ...none, lambda: scheme.choice.lambda ?? NEUTRENO_LAMBDA };
		case 'neutreno+resformer':
			return {
				...none,
				form: scheme.choice.form,
				lambdas: fixedLambdas({ form: scheme.choice.form, lambdas: null, mixedLayers: null }, layers),
				lambda: scheme.choice.lambda ?? COMBINED_LAMBDA,
			};
		default:
			return none;
	}
}

function fixedLambdas({ form, lambdas, mixedLayers }: ResFormerChoice, layers: number): [number, number][] | null {
	const pair = lambdas ?? FIXED_FORMS[form];
	const mixes = (layer: number) =>
		layer > 0 && (form !== 'sparse' || (mixedLayers ? mixedLayers.includes(layer + 1) : layer >= layers - Math.ceil((3 * layers) / 8)));
	return pair ? Array.from({ length: layers }, (_, layer): [number, number] => (mixes(layer) ? [...pair] : [0, 1])) : null;
}
