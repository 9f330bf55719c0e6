import { readConfig } from '../../checkpoint/config';
import { CheckpointError } from '../../checkpoint/safetensors';
import type { Source } from '../../checkpoint/source';
import { pageSentence } from '../../experiment/fields';
import { METHODS } from '../../experiment/methods/catalogue';
import { parseMethod } from '../../experiment/methods/names';
import { tokenRefusal } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { checkWithSentences, readExperiment } from '../../experiment/validate';
import type { ModelConfig } from '../../model/config';
import { modelConfig } from '../../model/experimentModel';
import { sameButLambdas, sameModel } from './sameModel';

/**
 * The experiment that trains a checkpoint's model: the one that config.json holds, or else `form` with the checkpoint's method,
 * sizes and training.
 *
 * @throws CheckpointError naming the field if no experiment can
 */
export function experimentOf({ name: file, content }: Source<unknown>, form: Experiment): Experiment {
	const config = readConfig(content, file);
	const own = config.experiment === undefined ? null : readExperiment(config.experiment);
	const hasOwn = own && own.problems.length === 0 && isModelOf(own.experiment, config.model, sameButLambdas);
	const refusal = tokenRefusal(hasOwn ? own.experiment : form, 'they cannot start from a checkpoint');
	if (refusal) throw new CheckpointError(refusal);
	return hasOwn ? own.experiment : withSizes(form, config, file);
}

/** `form` with the method, sizes and training of a config. @throws CheckpointError */
function withSizes({ sweep: _, ...form }: Experiment, config: ReturnType<typeof readConfig>, file: string): Experiment {
	const { model, sequenceLength, training, run } = config;
	const { layers, heads, kvHeads, hiddenSize, intermediateSize, rmsNormEps, ropeTheta, tieWordEmbeddings } = model;
	const sizes = {
		...form,
		...training,
		...{ layers, heads, hiddenSize, intermediateSize, rmsNormEps, ropeTheta, tieWordEmbeddings },
		kvHeads: kvHeads === heads ? null : kvHeads,
		sequenceLength: Math.min(form.sequenceLength, sequenceLength ?? form.sequenceLength),
	};
	// First, because a model of any size would be built for each method below.
	checkLimits({ ...sizes, methods: ['vanilla'] }, file);
	const methods = [run?.replace(/#.*/, '') ?? '', ...form.methods, ...METHODS.map(({ name }) => name)];
	const experiments = methods.map((method): Experiment => ({ ...sizes, methods: [method] }));
	// The worker sets the checkpoint's λ if only another λ makes its model.
	const made = [sameModel, sameButLambdas].map((same) => experiments.find((experiment) => isModelOf(experiment, model, same)));
	const experiment = made[0] ?? made[1];
	if (!experiment) throw new CheckpointError(`${file}: no method of the lab has its \`value_scheme\` and its other settings together`);
	checkLimits(experiment, file);
	return experiment;
}

/** @throws CheckpointError naming the first field that is outside the form's limits */
function checkLimits(experiment: Experiment, file: string): void {
	const [problem] = checkWithSentences(experiment);
	if (problem) throw new CheckpointError(`${file}: ${pageSentence(problem)}`);
}

/** True if the experiment's only method makes this model. */
function isModelOf(experiment: Experiment, model: ModelConfig, same: typeof sameModel): boolean {
	const [name = '', ...others] = experiment.methods;
	const parsed = parseMethod(name);
	return others.length === 0 && parsed.ok && same(modelConfig(experiment, parsed.method, model.vocabularySize), model);
}
