import { type ModelConfig, ModelError } from '../model/config';
import { parameterShapes } from '../model/parameters';
import { CheckpointError, type PackedTensor, type StoredTensor } from './safetensors';
import type { WeightFiles } from './weightFiles';

/** `[2, 3]` */
export const brackets = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** `a`, `a and b`, `a, b and 3 more` */
function listed(names: readonly string[]): string {
	if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
	return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0];
}

/** Shapes of the model's parameters. @throws CheckpointError if the config's settings are no valid model */
function shapesOf(model: ModelConfig, configFile: string): ReadonlyMap<string, readonly number[]> {
	try {
		return parameterShapes(model);
	} catch (error) {
		throw error instanceof ModelError ? new CheckpointError(`${configFile}: ${error.message}`) : error;
	}
}

/** Buffers that older versions of transformers stored, and that no version reads. */
const UNREAD = /(^|\.)rotary_emb\.inv_freq$/;
const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

/**
 * Reads a model's weights by Hugging Face name: exactly those that the config requires. A head that is tied to the embedding may
 * be stored a second time.
 *
 * @param configFile name of the config in messages
 * @throws CheckpointError
 */
export function readWeights(model: ModelConfig, files: WeightFiles, configFile: string): Record<string, Float32Array<ArrayBuffer>> {
	const { name: file, tensors, size } = files;
	// Checked first, because the shapes below come from a graph with that many layers.
	if (model.layers > tensors.size)
		throw new CheckpointError(`${configFile}: \`num_hidden_layers\` is ${model.layers}, but ${file} has only ${tensors.size} tensors`);
	// Checked first, because that graph computes RoPE tables of this width.
	if (model.hiddenSize * 2 > size)
		throw new CheckpointError(`${configFile}: \`hidden_size\` is ${model.hiddenSize}, but ${file} has only ${size} bytes`);
	const shapes = shapesOf(model, configFile);
	const missing = [...shapes.keys()].filter((name) => !tensors.has(name));
	if (missing.length) throw new CheckpointError(`${file}: lacks ${listed(missing)}`);
	const isTiedHead = (name: string) => name === HEAD && model.tieWordEmbeddings;
	const extra = [...tensors.keys()].filter((name) => !shapes.has(name) && !UNREAD.test(name) && !isTiedHead(name));
	if (extra.length) throw new CheckpointError(`${file}: has ${listed(extra)}, for which a model of this config has no place`);
	const weights = Object.fromEntries([...shapes].map(([name, shape]) => [name, readWeight(files, name, shape)]));
	if (model.tieWordEmbeddings && tensors.has(HEAD)) {
		const head = readWeight(files, HEAD, shapes.get(EMBEDDING) ?? []);
		if (head.some((value, i) => value !== weights[EMBEDDING][i]))
			throw new CheckpointError(
				`${configFile}: \`tie_word_embeddings\` is true, but ${file} has a ${HEAD} that differs from ${EMBEDDING}: set it to false to use both`,
			);
	}
	return weights;
}

/** A tensor of numbers with the shape that the config asks for. @throws CheckpointError */
function readWeight({ name: file, tensors }: WeightFiles, name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
	const { data, shape: found } = (tensors.get(name) as PackedTensor).read();
	if (brackets(found) !== brackets(shape))
		throw new CheckpointError(`${file}: ${name} is ${brackets(found)}, but the config asks for ${brackets(shape)}`);
	if (!(data instanceof Float32Array)) throw new CheckpointError(`${file}: ${name} holds whole numbers (I32), not F32`);
	const bad = data.findIndex((value) => !Number.isFinite(value));
	if (bad >= 0) throw new CheckpointError(`${file}: ${name} holds ${data[bad]} at element ${bad}: every weight must be a finite number`);
	return data;
}

/** The reverse of `readWeights`: tensors in the model's order. */
export function namedWeights(model: ModelConfig, weights: Readonly<Record<string, Float32Array<ArrayBuffer>>>): Map<string, StoredTensor> {
	return new Map([...parameterShapes(model)].map(([name, shape]) => [name, { shape, data: weights[name] }]));
}
