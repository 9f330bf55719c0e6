import { analysisOf, oracleFields } from '../analysis/analysis';
import { readConfig } from '../checkpoint/config';
import { openModel } from '../checkpoint/folder';
import { SETTING_FIELDS } from '../checkpoint/methodSettings';
import { CheckpointError, type StoredTensor } from '../checkpoint/safetensors';
import { type CheckpointSource, FILES, type Source } from '../checkpoint/source';
import type { TrainingConfig } from '../checkpoint/trainingConfig';
import { openWeights, type WeightFiles } from '../checkpoint/weightFiles';
import { brackets, namedWeights, readWeights } from '../checkpoint/weights';
import { type Batch, IGNORED } from '../data/task';
import type { Precision } from '../experiment/commonFields';
import { configNames } from '../experiment/fields';
import { editDistance, nearestName } from '../experiment/nearest';
import type { GpuContext } from '../gpu/gpuContext';
import type { Progress } from '../gpu/library';
import { sameShape } from '../graph/tensor';
import type { ModelConfig } from '../model/config';
import { type StepResult, Trainer, trainerPlans } from './trainer';

/** Weights and batches to train from, as the folders of `tests/oracle` hold them. */
export interface ReplayCase {
	model: ModelConfig;
	training: TrainingConfig;
	/** By Hugging Face name, linear weights [out, in]. */
	weights: Record<string, Float32Array<ArrayBuffer>>;
	/** Batches there are. */
	steps: number;
	batchSize: number;
	length: number;
	/** Parts that a batch is computed in; absent = 1. */
	microBatches?: number;
	/** True if the backward pass computes each layer's activations again. */
	recompute?: boolean;
	/** How activations are stored; absent = `float32`. */
	precision?: Precision;
	batch(step: number): Batch;
}

/**
 * Reads a case, and checks that its files fit each other. Its batches.safetensors holds `inputs` and `targets`, int32 [steps, B, T].
 *
 * @throws CheckpointError
 */
export function readReplay(source: CheckpointSource): ReplayCase {
	const config = source.json(FILES.config);
	checkFields(config);
	const { model, training } = readConfig(config.content, config.name);
	if (!training) throw new CheckpointError(`${config.name}: \`training\` is missing; a replay needs its steps and learning_rate`);
	const weights = readWeights(model, openModel(source), config.name);
	const batchFile = openWeights(source.bytes(FILES.batches));
	const inputs = readTokens(batchFile, 'inputs', model.vocabularySize, false);
	const targets = readTokens(batchFile, 'targets', model.vocabularySize, true);
	if (!sameShape(inputs.shape, targets.shape))
		throw new CheckpointError(`${batchFile.name}: inputs are ${brackets(inputs.shape)}, but targets ${brackets(targets.shape)}`);
	const [steps, batchSize, length] = inputs.shape;
	const part = (data: Int32Array, step: number) => data.slice(step * batchSize * length, (step + 1) * batchSize * length);
	return {
		model,
		training,
		weights,
		steps,
		batchSize,
		length,
		batch: (step) => ({ inputs: part(inputs.data, step), targets: part(targets.data, step), batchSize, sequenceLength: length }),
	};
}

export interface ReplayListener {
	compiling?: Progress;
	stepped?(result: StepResult): void;
	/** d loss / d parameter on batch 0, before clipping. */
	gradients?(gradients: ReadonlyMap<string, StoredTensor>): void;
	/** Every measurement of docs/METHODS.md section 3 on batch 0 with the given weights, under the oracle's names; comes after the steps. */
	analysed?(fields: ReturnType<typeof oracleFields>): void;
	/** Stops between two steps. */
	signal?: AbortSignal;
}

/** Trains on the first `steps` batches of a case, one step after the other. */
export async function replay(gpu: GpuContext, replayed: ReplayCase, steps: number, listener: ReplayListener = {}): Promise<void> {
	const { model, training, weights } = replayed;
	const all = trainerPlans(model, { ...replayed, optimizer: training.optimizer }, gpu.adapter);
	const plans = listener.analysed ? all : { ...all, probe: null, probeSequences: 0 };
	const trainer = await Trainer.create(gpu, model, training, plans, weights, listener.compiling);
	try {
		const states = listener.analysed && (await trainer.states(replayed.batch(0)));
		for (let step = 0; step < steps && !listener.signal?.aborted; step++) {
			await gpu.ring.free();
			listener.stepped?.(await trainer.advance(replayed.batch(step)));
			// The step leaves its gradients as they were: clipping scales them on their way into the moments.
			if (step === 0 && listener.gradients) listener.gradients(await gradientsOf(trainer));
		}
		if (states && !listener.signal?.aborted) listener.analysed?.(oracleFields(analysisOf(model, states, { costly: true })));
	} finally {
		trainer.destroy();
	}
}

async function gradientsOf(trainer: Trainer): Promise<Map<string, StoredTensor>> {
	return namedWeights(trainer.config, await trainer.arenas.read('gradients'));
}

function readTokens(
	{ name: file, tensors }: WeightFiles,
	name: 'inputs' | 'targets',
	vocabularySize: number,
	mayIgnore: boolean,
): { shape: readonly number[]; data: Int32Array } {
	const fail = (why: string): never => {
		throw new CheckpointError(`${file}: ${why}`);
	};
	const { shape, data } = (tensors.get(name) ?? fail(`lacks ${name}`)).read();
	if (shape.length !== 3 || shape.some((extent) => extent < 1)) fail(`${name} must be [steps, B, T], not ${brackets(shape)}`);
	if (!(data instanceof Int32Array)) return fail(`${name} must be int32 (I32), not F32`);
	const wrong = data.findIndex((token) => !(token >= 0 && token < vocabularySize) && !(mayIgnore && token === IGNORED));
	if (wrong >= 0) {
		const [, batchSize, length] = shape;
		const place = [Math.floor(wrong / (batchSize * length)), Math.floor(wrong / length) % batchSize, wrong % length];
		fail(
			`${name}${brackets(place)} is ${data[wrong]}; tokens go from 0 to ${vocabularySize - 1}${mayIgnore ? `, and ${IGNORED} is ignored` : ''}`,
		);
	}
	return { shape, data };
}

/** Fields that a replay reads, by the object that holds them. */
const FIELDS = {
	'': [...configNames('model'), 'value_scheme', ...SETTING_FIELDS, 'training'],
	value_scheme: ['name', 'form', 'lambdas', 'lambda'],
	training: configNames('training'),
} as const;

/**
 * Refuses misspelt fields: their defaults would train another model in silence. Hugging Face's config.json has many more
 * fields than are read here, so at the top level a name counts as misspelt only if it is close to one that is read.
 */
function checkFields({ name: file, content }: Source<unknown>): void {
	for (const [part, known] of Object.entries(FIELDS)) {
		const json = part ? (content as Record<string, unknown> | null)?.[part] : content;
		if (typeof json !== 'object' || json === null) continue;
		for (const field of Object.keys(json)) {
			if ((known as readonly string[]).includes(field)) continue;
			const nearest = nearestName(field, known);
			if (part || editDistance(field.slice(0, 100), nearest) <= 2)
				throw new CheckpointError(`${file}${part && `: ${part}`}: unknown field \`${field.slice(0, 60)}\`: did you mean \`${nearest}\`?`);
		}
	}
}
