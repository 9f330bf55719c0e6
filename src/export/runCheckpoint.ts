import type { Checkpoint, StoredBatch } from '../checkpoint/folder';
import type { ArenaLayout } from '../compiler/plan';
import { Tokenizer } from '../generation/tokenizer';
import type { ModelConfig } from '../model/config';
import { type Run, type RunTrainer, trainingConfig } from '../training/run';
import { momentsOf, parametersOf } from '../training/snapshots';
import type { Snapshot } from '../training/trainer';

/** A run's memory at a step, and the λ of its model then. */
export interface RunState {
	snapshot: Snapshot;
	layout: ArenaLayout;
	valueScheme: ModelConfig['valueScheme'];
}

/** The present state of a run that is on the device. */
export async function stateOf(run: Run, model: RunTrainer): Promise<RunState> {
	// A copy, as the user may set λ while the memory is read.
	const valueScheme = structuredClone(run.config.valueScheme);
	return { snapshot: await model.snapshot(), layout: model.arenas.layout, valueScheme };
}

/** A run's checkpoint. @param state null = before its first step @param batches how many of its next batches to keep */
export function checkpointOf(run: Run, state: RunState | null, batches: number): Checkpoint {
	const { experiment, task, seed } = run;
	const step = state?.snapshot.step ?? 0;
	return {
		run: run.id,
		model: { ...run.config, valueScheme: state?.valueScheme ?? structuredClone(run.config.valueScheme) },
		training: trainingConfig(experiment),
		experiment,
		sequenceLength: experiment.sequenceLength,
		weights: state ? parametersOf(state.snapshot, state.layout) : firstWeights(run),
		step,
		moments: state && momentsOf(state.snapshot, state.layout),
		batches: Array.from({ length: batches }, (_, i): StoredBatch => task.trainingBatch(seed, step + i)),
		vocabulary: task.vocabulary,
		startToken: new Tokenizer(task.vocabulary).start ?? null,
	};
}

const firstWeights = (run: Run): Checkpoint['weights'] =>
	Object.fromEntries(Object.entries(run.firstWeights()).map(([name, numbers]) => [name, Float32Array.from(numbers)]));
