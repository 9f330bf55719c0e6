import { type ModelConfig, ModelError } from '../model/config';
import { parameterShapes } from '../model/parameters';
import { CheckpointError, readSafetensors, type StoredTensor } from './safetensors';

/** A file's content, and its name in messages. */
export interface Source<Content> {
	name: string;
	content: Content;
}

/** `[2, 3]` */
export const brackets = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Tensors of a safetensors file. @throws CheckpointError for any error in its header */
export function tensorsOf({ name, content }: Source<Uint8Array>): Map<string, StoredTensor> {
	try {
		return readSafetensors(content, name);
	} catch (error) {
		if (error instanceof CheckpointError) throw error;
		throw new CheckpointError(`${name}: no safetensors file: its header doesn't describe tensors`);
	}
}

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

/**
 * Reads a model's weights by Hugging Face name: exactly those that the config requires.
 *
 * @param configFile name of the config in messages
 * @throws CheckpointError
 */
export function readWeights(model: ModelConfig, source: Source<Uint8Array>, configFile: string): Record<string, Float32Array<ArrayBuffer>> {
	const { name: file } = source;
	const tensors = tensorsOf(source);
	// Checked first, because the shapes below come from a graph with that many layers.
	if (model.layers > tensors.size)
		throw new CheckpointError(`${configFile}: \`num_hidden_layers\` is ${model.layers}, but ${file} has only ${tensors.size} tensors`);
	// Checked first, because that graph computes RoPE tables of this width.
	if (model.hiddenSize * Float32Array.BYTES_PER_ELEMENT > source.content.byteLength)
		throw new CheckpointError(
			`${configFile}: \`hidden_size\` is ${model.hiddenSize}, but ${file} has only ${source.content.byteLength} bytes`,
		);
	const shapes = shapesOf(model, configFile);
	const missing = [...shapes.keys()].filter((name) => !tensors.has(name));
	if (missing.length) throw new CheckpointError(`${file}: lacks ${listed(missing)}`);
	const extra = [...tensors.keys()].filter((name) => !shapes.has(name));
	if (extra.length) throw new CheckpointError(`${file}: has ${listed(extra)}, for which a model of this config has no place`);
	return Object.fromEntries(
		[...shapes].map(([name, shape]) => {
			const { data, shape: found } = tensors.get(name) as StoredTensor;
			if (brackets(found) !== brackets(shape))
				throw new CheckpointError(`${file}: ${name} is ${brackets(found)}, but the config asks for ${brackets(shape)}`);
			if (!(data instanceof Float32Array)) throw new CheckpointError(`${file}: ${name} holds whole numbers (I32), not F32`);
			return [name, data];
		}),
	);
}

/** The reverse of `readWeights`: tensors in the model's order. */
export function namedWeights(model: ModelConfig, weights: Readonly<Record<string, Float32Array<ArrayBuffer>>>): Map<string, StoredTensor> {
	return new Map([...parameterShapes(model)].map(([name, shape]) => [name, { shape, data: weights[name] }]));
}
