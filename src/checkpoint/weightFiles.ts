import * as v from 'valibot';
import { excerpt } from '../experiment/excerpt';
import { isObject } from './fields';
import { CheckpointError, openSafetensors, type PackedTensor } from './safetensors';
import type { Source } from './source';

/** The tensors of a model, in one file or several. */
export interface WeightFiles {
	/** The file in messages. */
	name: string;
	/** Bytes of all files. */
	size: number;
	tensors: ReadonlyMap<string, PackedTensor>;
}

/** Opens a model in one file. @throws CheckpointError */
export function openWeights({ name, content }: Source<Uint8Array>): WeightFiles {
	try {
		return { name, size: content.byteLength, tensors: openSafetensors(content, name) };
	} catch (error) {
		if (error instanceof CheckpointError) throw error;
		throw new CheckpointError(`${name}: no safetensors file: its header doesn't describe tensors`);
	}
}

/** A file in the same folder. */
const SHARD = /^[^/\\]+\.safetensors$/;
const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) });

/** Files that an index of Hugging Face's `save_pretrained` names, in its order. @throws CheckpointError */
export function shardNames({ name, content }: Source<unknown>): string[] {
	const names = [...new Set(Object.values(weightMap(name, content)))];
	const wrong = names.find((shard) => !SHARD.test(shard));
	if (wrong !== undefined)
		throw new CheckpointError(`${name}: \`weight_map\` names ${excerpt(wrong)}, which is not a .safetensors file of its folder`);
	return names;
}

function weightMap(name: string, content: unknown): Record<string, string> {
	const read = v.safeParse(indexSchema, content);
	if (!isObject(content) || !read.success) throw new CheckpointError(`${name}: \`weight_map\` must name the file of each tensor`);
	return read.output.weight_map;
}

/**
 * Opens a model in several files, each tensor from the file that the index names.
 *
 * @param shards by the names in the index
 * @throws CheckpointError naming the file that is missing, or the tensor that it lacks
 */
export function openShards(index: Source<unknown>, shards: ReadonlyMap<string, Source<Uint8Array>>): WeightFiles {
	const map = weightMap(index.name, index.content);
	const opened = new Map(
		shardNames(index).map((name) => {
			const shard = shards.get(name);
			if (!shard) throw new CheckpointError(`the checkpoint lacks ${name.slice(0, 100)}, which ${index.name} names`);
			return [name, openWeights(shard)];
		}),
	);
	const tensors = Object.entries(map).map(([tensor, name]): [string, PackedTensor] => {
		const found = opened.get(name)?.tensors.get(tensor);
		if (!found) throw new CheckpointError(`${opened.get(name)?.name}: lacks ${tensor.slice(0, 100)}, which ${index.name} places there`);
		return [tensor, found];
	});
	return { name: index.name, size: [...opened.values()].reduce((sum, { size }) => sum + size, 0), tensors: new Map(tensors) };
}
