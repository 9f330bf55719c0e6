/** A run's checkpoint as the user's files: packed as one .zip, and read from a .zip or from single files. */
import type { Zippable } from 'fflate';
import type { NamedFile } from '../protocol';

/** Files that a checkpoint is started from. */
const NEEDED = ['config.json', 'model.safetensors'] as const;
const INDEX = 'model.safetensors.index.json';
/** `model.safetensors`, or the parts that the index names. */
const isWeights = (name: string): boolean => name === INDEX || /^model.*\.safetensors$/.test(name);
/** The text of the tokens, which checkpoints of other programs lack. */
const VOCABULARY = 'vocabulary.json';
const isKnown = (name: string): boolean => isWeights(name) || name === 'config.json' || name === VOCABULARY;

/** Largest unpacked size of a .zip, bytes. Its directory states the size. */
const MAX_BYTES = 4 * 2 ** 30;

/** A name that every file system takes: `resformer-sparse(5-1)-seed-1-step-400.zip`. */
export function zipName(method: string, seed: number, step: number): string {
	return `${stem(method, seed)}-step-${step}.zip`;
}

/** A name of a run's PyTorch project. */
export const projectName = (method: string, seed: number): string => `${stem(method, seed)}-pytorch`;

const stem = (method: string, seed: number): string => `${method.replace(/[^\w.()+-]+/g, '-')}-seed-${seed}`;

/**
 * Files as a .zip. Weights look like noise to a compressor: they are stored as they are.
 *
 * @param folder a folder in the .zip that holds them all
 */
export async function packZip(files: readonly NamedFile[], folder?: string): Promise<Uint8Array<ArrayBuffer>> {
	const { zipSync } = await import('fflate');
	const entries: Zippable = {};
	for (const { name, bytes } of files)
		entries[folder ? `${folder}/${name}` : name] = [bytes, { level: name.endsWith('.safetensors') ? 0 : 6 }];
	return new Uint8Array(zipSync(entries));
}

export type CheckpointReading = { ok: true; files: NamedFile[] } | { ok: false; message: string };

const refuse = (message: string): CheckpointReading => ({ ok: false, message });

/** Reads the files that were chosen or dropped, one .zip or single files. If they are not a checkpoint, `message` says why. */
export async function readCheckpoint(chosen: readonly File[]): Promise<CheckpointReading> {
	let found: NamedFile[] = [];
	for (const file of chosen) {
		let bytes: Uint8Array<ArrayBuffer>;
		try {
			bytes = new Uint8Array(await file.arrayBuffer());
		} catch {
			return refuse(`${file.name} can’t be read: if it is a folder, choose the files in it.`);
		}
		if (!isZip(bytes)) found.push({ name: file.name, bytes });
		else {
			const unpacked = await unpack(bytes, file.name);
			if (!unpacked.ok) return unpacked;
			found = [...found, ...unpacked.files];
		}
	}
	const files = found.filter(({ name }) => isKnown(name));
	const names = files.map(({ name }) => name);
	const missing = NEEDED.filter((name) => !names.includes(name) && !(name === 'model.safetensors' && names.includes(INDEX)));
	if (files.length === 0)
		return refuse(
			`${chosen.map(({ name }) => name).join(', ') || 'The choice'} is not a checkpoint: choose its .zip, or config.json and model.safetensors together.`,
		);
	if (missing.length > 0)
		return refuse(
			`The checkpoint lacks ${missing.join(' and ')}: choose config.json and model.safetensors together, with vocabulary.json if there is one.`,
		);
	const twice = names.find((name, i) => names.indexOf(name) !== i);
	if (twice !== undefined) return refuse(`${twice} appears twice: choose the files of one run.`);
	return { ok: true, files };
}

/** A .zip starts with the signature of its first file's header. */
const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** A checkpoint's files out of a .zip, in whatever folder: archivers add one, and macOS a second with metadata. */
async function unpack(bytes: Uint8Array, name: string): Promise<CheckpointReading> {
	const { unzipSync } = await import('fflate');
	// Some archivers on Windows separate folders with a backslash.
	const base = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
	let total = 0;
	try {
		const entries = unzipSync(bytes, {
			filter: ({ name: path, originalSize }) => {
				if (path.startsWith('__MACOSX/') || !isKnown(base(path))) return false;
				total += originalSize;
				if (total > MAX_BYTES) throw new RangeError('too large');
				return true;
			},
		});
		return { ok: true, files: Object.entries(entries).map(([path, content]) => ({ name: base(path), bytes: new Uint8Array(content) })) };
	} catch {
		return refuse(total > MAX_BYTES ? `${name} unpacks to more than 4 GiB.` : `${name} is a damaged .zip: download or copy it again.`);
	}
}
