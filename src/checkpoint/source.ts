import { CheckpointError } from './safetensors';

/** Names of a checkpoint's files. Those of config, model and batches are the same in `tests/oracle`. */
export const FILES = {
	config: 'config.json',
	model: 'model.safetensors',
	/** Names the files of a model that Hugging Face stored in several. */
	index: 'model.safetensors.index.json',
	optimizer: 'optimizer.safetensors',
	batches: 'batches.safetensors',
	vocabulary: 'vocabulary.json',
} as const;

/** A file's content, and its name in messages. */
export interface Source<Content> {
	name: string;
	content: Content;
}

/** Files of a checkpoint to read, of a folder or of a visitor's choice. */
export interface CheckpointSource {
	has(name: string): boolean;
	/** @throws Error if there is no such file */
	bytes(name: string): Source<Uint8Array>;
	/** Parsed JSON. @throws Error if there is no such file, or it is no JSON */
	json(name: string): Source<unknown>;
}

/** The files of a checkpoint in memory. Its errors are CheckpointError. */
export function sourceOf(files: readonly { name: string; bytes: Uint8Array }[]): CheckpointSource {
	const bytes = (name: string) => {
		const found = files.find((file) => file.name === name);
		if (!found) throw new CheckpointError(`the checkpoint lacks ${name}: choose ${FILES.config} and ${FILES.model} together`);
		return { name, content: found.bytes };
	};
	return {
		has: (name) => files.some((file) => file.name === name),
		bytes,
		json(name) {
			const { content } = bytes(name);
			try {
				return { name, content: JSON.parse(new TextDecoder().decode(content)) as unknown };
			} catch {
				throw new CheckpointError(`${name} is not JSON`);
			}
		},
	};
}
