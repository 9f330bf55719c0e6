import type { Task } from '../data/task';
import { forkExperiment } from '../experiment/fork';
import { methodsOf } from '../experiment/methods';
import type { Experiment } from '../experiment/types';
import { initialWeights } from './initialize';
import { Run } from './run';
import { carriedOver } from './snapshots';
import type { Snapshot } from './trainer';
import type { Workbench } from './workbench';

/**
 * A run that goes on from another as it stood at `snapshot`, with one thing changed. Under another method, parameters that
 * both have keep weights and moments, and the others start as the method's do. Under another seed, other batches come.
 *
 * @param task of the changed experiment
 * @param adapter that the snapshot was taken on
 */
export function forkOf(
	parent: Run,
	snapshot: Snapshot,
	change: Partial<Experiment>,
	{ task, adapter, id }: { task: Task; adapter: Workbench['adapter']; id: string },
): Run {
	const experiment = forkExperiment(parent.experiment, change);
	const [method] = methodsOf(experiment);
	const [seed] = experiment.seeds;
	const origin = { from: parent.id, step: snapshot.step, change };
	const run = new Run({ experiment, method, seed, task, id, origin });
	// λ that were moved by hand stay where they are.
	if (method.name === parent.method.name) Object.assign(run.config.valueScheme, structuredClone(parent.config.valueScheme));
	run.continueFrom(carriedOver(snapshot, parent.layout(adapter), run.layout(adapter), () => initialWeights(run.config, seed)));
	return run;
}
