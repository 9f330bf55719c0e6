import { controlsOf } from '../../analysis/interventions';
import { differingFields } from '../../checkpoint/config';
import { checkpointFiles, readForeignModel, type StoredModel } from '../../checkpoint/folder';
import { CheckpointError } from '../../checkpoint/safetensors';
import { sourceOf } from '../../checkpoint/source';
import type { NamedLambda } from '../../experiment/interventions/lambdas';
import { tokenRefusal } from '../../experiment/tasks';
import { checkpointOf, type RunState, stateOf } from '../../export/runCheckpoint';
import type { GpuContext } from '../../gpu/gpuContext';
import type { ModelConfig } from '../../model/config';
import type { Run, RunTrainer } from '../../training/run';
import type { Checkpoint, NamedFile } from '../client/protocol';
import { sameButLambdas, sameModel } from './sameModel';

/** A run's checkpoint at its present step. */
export async function filesOf(run: Run, model: RunTrainer): Promise<Checkpoint> {
	return packed(run, () => stateOf(run, model));
}

/** A run's last checkpoint in host memory, or its first weights: while the GPU is lost, its memory cannot be read. @throws Error after `forget` */
export async function keptFilesOf(run: Run, adapter: GpuContext['adapter']): Promise<Checkpoint> {
	const { checkpoint, config } = run;
	run.expectWeights();
	return packed(
		run,
		async () => checkpoint && { snapshot: checkpoint, layout: run.layout(adapter), valueScheme: structuredClone(config.valueScheme) },
	);
}

async function packed(run: Run, state: () => Promise<RunState | null>): Promise<Checkpoint> {
	const refusal = tokenRefusal(run.experiment, 'they have no checkpoints');
	if (refusal) throw new CheckpointError(refusal);
	const checkpoint = checkpointOf(run, await state(), 1);
	return { step: checkpoint.step, files: Array.from(checkpointFiles(checkpoint), ([name, bytes]) => ({ name, bytes })) };
}

/**
 * Starts the runs that are a checkpoint's model from its weights. If none is, those that differ only in fixed λ that the
 * user had set start from the weights and these λ. @throws CheckpointError if none fits, or the files are not a checkpoint
 */
export function startFrom(files: readonly NamedFile[], runs: readonly Run[]): void {
	const refusal = runs.map(({ experiment }) => tokenRefusal(experiment, 'they cannot start from a checkpoint')).find((reason) => reason);
	if (refusal) throw new CheckpointError(refusal);
	const stored = readForeignModel(sourceOf(files));
	const { model } = stored;
	// Without it, the numbers of the tokens are the task's, if there are as many.
	const tokens = stored.vocabulary && JSON.stringify(stored.vocabulary.tokens);
	if (tokens !== null && runs.some(({ task }) => JSON.stringify(task.vocabulary.tokens) !== tokens))
		throw new CheckpointError('the checkpoint was trained on other tokens than this task has');
	const same = runs.filter(({ config }) => sameModel(config, model));
	const fitting = same.length > 0 ? same : runs.filter(({ config }) => sameButLambdas(config, model));
	if (!fitting.length) throw new CheckpointError(`no run of this experiment is the checkpoint’s model: ${nearestDifference(runs, model)}`);
	for (const run of fitting) {
		run.initialWeights = stored.weights;
		const lambdas = editsBetween(run.config, model, stored.weights);
		if (lambdas.length === 0) continue;
		run.config.valueScheme = structuredClone(model.valueScheme);
		run.lambdaEdits.push({ step: 0, lambdas });
	}
}

/** Fixed λ of `to` that differ from those of `from`, a model of the same sizes. */
function editsBetween(from: ModelConfig, to: ModelConfig, weights: StoredModel['weights']): NamedLambda[] {
	const before = controlsOf(from, weights);
	return controlsOf(to, weights).flatMap(({ trains: _, ...lambda }, i) => (lambda.value === before[i].value ? [] : [lambda]));
}

/** The fields in which the run that is most like the checkpoint's model differs from it. */
function nearestDifference(runs: readonly Run[], model: ModelConfig): string {
	const [nearest] = runs
		.map(({ id, config }) => ({ id, fields: differingFields(model, config) }))
		.toSorted((a, b) => a.fields.length - b.fields.length);
	const parts = nearest.fields.map(
		({ field, values: [stored, own] }) => `\`${field}\` is ${stored} in config.json and ${own} in ${nearest.id}`,
	);
	return parts.join(', ');
}
