import type { Experiment } from '../experiment/types';
import type { ModelConfig } from '../model/config';
import { type Config, readConfig, writeConfig } from './config';
import { type Moments, momentTensors } from './optimizer';
import { CheckpointError, type StoredTensor, writeSafetensors } from './safetensors';
import { type CheckpointSource, FILES } from './source';
import type { TrainingConfig } from './trainingConfig';
import { readVocabulary, type StoredVocabulary } from './vocabulary';
import { openShards, openWeights, shardNames, type WeightFiles } from './weightFiles';
import { namedWeights, readWeights } from './weights';

/** A batch to train on next. */
export interface StoredBatch {
	/** Tokens and targets [B·T]; target −100 is ignored. */
	inputs: Int32Array;
	targets: Int32Array;
	batchSize: number;
	sequenceLength: number;
}

export interface Checkpoint {
	/** Id of its run, such as `resformer#1`. */
	run: string;
	model: ModelConfig;
	training: TrainingConfig;
	/** Its experiment, with its method and seed alone. */
	experiment: Experiment;
	sequenceLength: number;
	/** By Hugging Face name. */
	weights: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
	/** Updates done. */
	step: number;
	/** After these updates; null before the first. */
	moments: Moments | null;
	/** All have the same shape; empty = no file of batches. */
	batches: readonly StoredBatch[];
	vocabulary: StoredVocabulary;
	/** Number of the token that every sequence starts with; null if there is none. */
	startToken: number | null;
}

/** A value as the bytes of a readable JSON file. */
export const jsonBytes = (json: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${JSON.stringify(json, null, '\t')}\n`);

/** A checkpoint's files by name. */
export function checkpointFiles(checkpoint: Checkpoint): Map<string, Uint8Array<ArrayBuffer>> {
	const { model, training, weights, moments, batches, vocabulary, startToken } = checkpoint;
	const { tokens, separator } = vocabulary;
	const files = new Map<string, Uint8Array<ArrayBuffer>>([
		[FILES.config, jsonBytes(writeConfig(checkpoint, startToken))],
		[FILES.model, writeSafetensors(namedWeights(model, weights))],
		[FILES.vocabulary, jsonBytes({ separator, tokens })],
	]);
	if (moments) files.set(FILES.optimizer, writeSafetensors(momentTensors(model, training, moments)));
	if (batches.length > 0) files.set(FILES.batches, writeSafetensors(stacked(batches)));
	return files;
}

/** `inputs` and `targets`, int32 [K, B, T]. */
function stacked(batches: readonly StoredBatch[]): Map<string, StoredTensor> {
	const [{ batchSize, sequenceLength }] = batches;
	const size = batchSize * sequenceLength;
	const part = (name: 'inputs' | 'targets'): [string, StoredTensor] => {
		const data = new Int32Array(batches.length * size);
		batches.forEach((batch, i) => {
			data.set(batch[name], i * size);
		});
		return [name, { shape: [batches.length, batchSize, sequenceLength], data }];
	};
	return new Map([part('inputs'), part('targets')]);
}

/** A model to generate from. */
export interface StoredModel extends Config {
	sequenceLength: number;
	weights: Record<string, Float32Array<ArrayBuffer>>;
	vocabulary: StoredVocabulary;
}

/** Opens a model's weights, in one file or in those that an index names. @throws CheckpointError */
export function openModel(source: CheckpointSource): WeightFiles {
	// As in transformers: the single file comes first.
	if (source.has(FILES.model) || !source.has(FILES.index)) return openWeights(source.bytes(FILES.model));
	const index = source.json(FILES.index);
	const present = shardNames(index).filter((name) => source.has(name));
	return openShards(index, new Map(present.map((name) => [name, source.bytes(name)])));
}

/** A model with the text of its tokens. @throws CheckpointError */
export function readModel(source: CheckpointSource): StoredModel {
	const { name, content } = source.json(FILES.vocabulary);
	const model = readWeightedModel(source);
	return { ...model, vocabulary: readVocabulary(content, name, model.model.vocabularySize) };
}

/** A model with the text of its tokens, or null if the checkpoint has none: Hugging Face's have another file for it. @throws CheckpointError */
export function readForeignModel(source: CheckpointSource): Omit<StoredModel, 'vocabulary'> & { vocabulary: StoredVocabulary | null } {
	return source.has(FILES.vocabulary) ? readModel(source) : { ...readWeightedModel(source), vocabulary: null };
}

function readWeightedModel(source: CheckpointSource): Omit<StoredModel, 'vocabulary'> {
	const config = source.json(FILES.config);
	const read = readConfig(config.content, config.name);
	const { sequenceLength } = read;
	if (sequenceLength === null)
		throw new CheckpointError(`${config.name}: \`max_position_embeddings\` is missing: the longest sequence that the model can read`);
	return {
		...read,
		sequenceLength,
		weights: readWeights(read.model, openModel(source), config.name),
	};
}

/** A run's folder in an export of several runs: its id, with `-` for characters that some file systems or shells do not allow. */
export const folderName = (run: string): string => run.replace(/[^\w.+#-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
