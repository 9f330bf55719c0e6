import { methodsOf } from '../../../experiment/methods/names';
import type { StoredRun, StoredTraining, StoredWeights } from '../../../experiment/records/stored';
import { otherPoints } from '../../../experiment/runs';
import type { GpuContext } from '../../../gpu/gpuContext';
import { KEPT_BYTES, Run } from '../../../training/run';
import type { RunNames } from '../runNames';
import type { TaskCache } from '../taskCache';
import { StoredWeightsError, sha256Of, snapshotOf } from './snapshotFile';
import type { WeightFiles } from './weightFiles';

interface Services {
	files: WeightFiles;
	tasks: TaskCache;
	names: RunNames;
	adapter: GpuContext['adapter'];
}

/**
 * The runs of a stored training, each at its last checkpoint.
 *
 * @throws StoredWeightsError if a file is missing or damaged, or is not of the run's model; TaskError, PlanError
 */
export async function storedRuns(stored: StoredTraining, { files, tasks, names, adapter }: Services): Promise<Run[]> {
	const runs: Run[] = [];
	const others = otherPoints(stored.experiment, stored.runs);
	for (const [i, each] of stored.runs.entries()) {
		const run = await emptyRun(each, others[i], tasks);
		names.adopt(run, each.name);
		runs.push(run);
	}
	// Weights of runs that have ended take a bounded part of memory, the latest runs' first.
	let kept = 0;
	for (let i = runs.length - 1; i >= 0; i--) {
		const { weights } = stored.runs[i];
		if (!weights) {
			// The seed draws other weights than those that a fork begins with.
			if (runs[i].fork) throw new StoredWeightsError(`the stored weights of ${runs[i].id} are missing`);
			continue;
		}
		if (weights.state !== 'training') kept += weights.bytes;
		if (weights.state !== 'training' && kept > KEPT_BYTES && i < runs.length - 1) runs[i].forget();
		else await load(runs[i], weights, { training: stored.id, files, adapter });
	}
	return runs;
}

async function emptyRun({ id, experiment, point, fork, weights }: StoredRun, alsoAt: number[], tasks: TaskCache): Promise<Run> {
	const [method] = methodsOf(experiment);
	const [seed] = experiment.seeds;
	const run = new Run({ experiment, method, seed, task: await tasks.of(experiment), id, point, alsoAt, fork: fork ?? undefined });
	if (!weights) return run;
	const { valueScheme } = run.config;
	const fits = (weights.lambdas === null || weights.lambdas.length === experiment.layers) && Number.isFinite(weights.lambda ?? 0);
	if (!fits) throw new StoredWeightsError(`the stored λ of ${id} are not those of its model`);
	run.config.valueScheme = { ...valueScheme, lambdas: weights.lambdas, lambda: weights.lambda };
	run.lambdaEdits.push(...structuredClone(weights.lambdaEdits));
	run.state = weights.state;
	return run;
}

async function load(
	run: Run,
	weights: StoredWeights,
	{ training, files, adapter }: { training: string; files: WeightFiles; adapter: GpuContext['adapter'] },
): Promise<void> {
	const refuse = (reason: string): never => {
		throw new StoredWeightsError(`the stored weights of ${run.id} ${reason}`);
	};
	const bytes = await files.read(training, weights.file).catch(() => refuse('are missing'));
	if (bytes.length !== weights.bytes) refuse('are incomplete');
	if ((await sha256Of(bytes)) !== weights.sha256) refuse('are damaged');
	try {
		const snapshot = snapshotOf(bytes, weights.step, run.layout(adapter));
		run.continueFrom(snapshot);
		// A sweep may have hundreds that have ended, and the plans that the layout came from are large.
		if (run.state !== 'training') run.close();
	} catch (error) {
		if (error instanceof StoredWeightsError && !error.message.startsWith('the stored')) refuse(error.message);
		throw error;
	}
}
