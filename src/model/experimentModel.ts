import { ADDITION_NAMES, type Additions, type Method } from '../experiment/methods';
import { taskDescriptor } from '../experiment/tasks';
import type { Experiment } from '../experiment/types';
import type { ModelConfig } from './config';
import { valueScheme } from './values';

/** The model that an experiment trains for one of its methods. `vocabularySize` is the task's. */
export function modelConfig(experiment: Experiment, method: Method, vocabularySize: number): ModelConfig {
	const { layers, heads } = experiment;
	const { scheme } = method;
	const { kvHeads: _, ...additions } = Object.fromEntries(ADDITION_NAMES.map((name) => [name, method[name]])) as unknown as Additions;
	const { vectorSize } = taskDescriptor(experiment.task);
	return {
		...(vectorSize === undefined ? { vocabularySize } : { vocabularySize: 0, vectorSize }),
		layers,
		heads,
		kvHeads: method.kvHeads ?? experiment.kvHeads ?? heads,
		hiddenSize: experiment.hiddenSize,
		intermediateSize: experiment.intermediateSize,
		rmsNormEps: experiment.rmsNormEps,
		ropeTheta: experiment.ropeTheta,
		tieWordEmbeddings: experiment.tieWordEmbeddings,
		valueScheme: {
			name: scheme.name,
			form: null,
			lambdas: null,
			lambda: null,
			...valueScheme(scheme.name).settings?.(scheme.choice, layers),
		},
		...additions,
	};
}
