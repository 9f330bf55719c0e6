import type { Experiment } from '../experiment/types';
import type { Batch, Evaluation, Task, TaskMetrics } from './task';

/** Computes a model's losses on a batch. */
export type Evaluate = (batch: Batch) => Promise<Omit<Evaluation, 'batch'>>;

/** Number of batches of repeated passages. A difference within a sequence varies less than a loss, so fewer suffice. */
const REPEATED_BATCHES = 2;

/** Evaluates every batch that `task`'s metrics need, one after the other, and returns the metrics. */
export async function measureTask(task: Task, { validationBatches }: Experiment, evaluate: Evaluate): Promise<TaskMetrics> {
	const all = async (batches: Iterable<Batch>): Promise<Evaluation[]> => {
		const evaluations: Evaluation[] = [];
		for (const batch of batches) evaluations.push({ batch, ...(await evaluate(batch)) });
		return evaluations;
	};
	const indices = Array.from({ length: validationBatches }, (_, index) => index);
	const validation = await all(indices.map((index) => task.validationBatch(index)));
	const training = task.trainingEvaluationBatches && (await all(task.trainingEvaluationBatches()));
	const passages = indices.slice(0, REPEATED_BATCHES).flatMap((index) => task.repeatedPassageBatch?.(index) ?? []);
	const repeated = await all(passages);
	return task.metrics(validation, { training, repeated });
}
