import type { Experiment } from '../experiment/types';
import type { Batch, Evaluation, Task, TaskMetrics } from './task';

/** What a model makes of a batch. */
export type Evaluate = (batch: Batch) => Promise<Omit<Evaluation, 'batch'>>;

/** Batches of repeated passages: a difference within sequences needs fewer of them than a loss. */
const REPEATED_BATCHES = 2;

/** Runs every batch that `task` is judged by, one after the other, and gives its metrics. */
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
