import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointSource } from '../checkpoint/source';
import { parseJson, readBytes, readText } from './files';

/** The files of a folder. Its errors are UsageError, and name the path. */
export function checkpointFolder(folder: string): CheckpointSource {
	return {
		has: (name) => existsSync(join(folder, name)),
		bytes(name) {
			const path = join(folder, name);
			return { name: path, content: readBytes(path) };
		},
		json(name) {
			const path = join(folder, name);
			return { name: path, content: parseJson(readText(path), path) };
		},
	};
}
