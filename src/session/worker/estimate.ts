import { PlanError } from '../../compiler/plan';
import { TaskError } from '../../data/task';
import { methodsOf } from '../../experiment/methods';
import type { Experiment } from '../../experiment/types';
import { modelConfig } from '../../model/config';
import { flopsPerToken, modelCosts } from '../../model/costs';
import { trainerPlans } from '../../training/trainer';
import type { Workbench } from '../../training/workbench';
import type { Estimate } from '../client/protocol';
import { makeTask } from './tasks';

type Adapter = Workbench['adapter'];

/**
 * What an experiment would cost on a device, method by method.
 *
 * @param open gives the device; null where there is none, and then only the vocabulary is known
 */
export async function estimateOf(experiment: Experiment, open: () => Promise<Adapter | null>): Promise<Estimate> {
	const estimate: Estimate = { methods: [], gpuBytes: 0, vocabularySize: 0, problems: [] };
	try {
		const { vocabularySize } = await makeTask(experiment);
		estimate.vocabularySize = vocabularySize;
		const adapter = await open();
		if (adapter) addMethods(estimate, experiment, adapter);
	} catch (error) {
		if (!(error instanceof TaskError)) throw error;
		estimate.problems.push(error.problem);
	}
	return estimate;
}

function addMethods(estimate: Estimate, experiment: Experiment, adapter: Adapter): void {
	const shape = { batchSize: experiment.batchSize, length: experiment.sequenceLength };
	let activations = 0;
	for (const method of methodsOf(experiment)) {
		const config = modelConfig(experiment, method, estimate.vocabularySize);
		const costs = modelCosts(config);
		try {
			const { training, evaluation, probe } = trainerPlans(config, shape, adapter);
			const gpuBytes = training.statistics.arenaBytes;
			activations = Math.max(activations, ...[training, evaluation, probe].map((plan) => plan?.statistics.activationBytes ?? 0));
			estimate.methods.push({
				method: method.name,
				label: method.label,
				...costs,
				flopsPerToken: flopsPerToken(config, shape.length),
				gpuBytes,
			});
			estimate.gpuBytes += gpuBytes * experiment.seeds.length;
		} catch (error) {
			if (!(error instanceof PlanError)) throw error;
			// Weights don't get smaller with the batch.
			const field = costs.parameters * 4 > adapter.maxBindingBytes ? 'hiddenSize' : 'batchSize';
			estimate.problems.push({ field, message: `${method.label}: ${error.message}` });
			return;
		}
	}
	estimate.gpuBytes += activations;
}
