import type { Task } from '../data/task';
import { forkExperiment } from '../experiment/fork';
import { methodsOf } from '../experiment/methods/names';
import type { Experiment } from '../experiment/types';
import type { GpuContext } from '../gpu/gpuContext';
import type { ModelConfig } from '../model/config';
import { initialWeights } from './initialize';
import { Run, type RunTrainer } from './run';
import { carriedOver } from './snapshots';
import type { Snapshot } from './trainer';

/** A run's state at a step, to start a fork from. */
export interface RunCopy {
	parent: Run;
	snapshot: Snapshot;
	valueScheme: ModelConfig['valueScheme'];
	lambdaEdits: Run['lambdaEdits'];
	/** Device that the snapshot was taken on. */
	adapter: GpuContext['adapter'];
}

/** Copies a run's memory at its present step, also while it trains. */
export async function copyOf(parent: Run, model: RunTrainer, adapter: GpuContext['adapter']): Promise<RunCopy> {
	const taken = model.snapshot();
	const [valueScheme, lambdaEdits] = [structuredClone(parent.config.valueScheme), structuredClone(parent.lambdaEdits)];
	return { parent, snapshot: await taken, valueScheme, lambdaEdits, adapter };
}

/**
 * A run that continues another's copy with one field changed, and perhaps more steps. With another method, parameters that both have keep
 * weights and moments, and the others start as the method's do. With another seed, the batches differ. With another
 * optimiser, weights stay and moments start from 0.
 *
 * @param task of the changed experiment
 */
export function forkOf(
	{ parent, snapshot, valueScheme, lambdaEdits, adapter }: RunCopy,
	change: Partial<Experiment>,
	{ task, id }: { task: Task; id: string },
): Run {
	const experiment = forkExperiment(parent.experiment, change);
	const [method] = methodsOf(experiment);
	const [seed] = experiment.seeds;
	const fork = { from: parent.id, step: snapshot.step, change };
	const run = new Run({ experiment, method, seed, task, id, point: parent.point, fork });
	if (method.name === parent.method.name) {
		// λ that the user set stay.
		run.config.valueScheme = valueScheme;
		run.lambdaEdits.push(...lambdaEdits);
	}
	run.continueFrom(
		carriedOver(snapshot, parent.layout(adapter), run.layout(adapter), {
			initial: () => initialWeights(run.config, seed),
			freshMoments: experiment.optimizer !== parent.experiment.optimizer,
		}),
	);
	return run;
}
