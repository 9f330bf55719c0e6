/** A PyTorch project of some runs: code, settings, weights, data and the lab's own losses, to train on on a cluster. */
import { checkpointFiles, folderName, jsonBytes } from '../checkpoint/folder';
import { FILES } from '../checkpoint/source';
import { tailStart } from '../experiment/ownText';
import { type ProjectRun, type ProjectSource, SMALL_VOCABULARY } from './projectRun';
import check from './pytorch/check.py?raw';
import data from './pytorch/data.py?raw';
import model from './pytorch/model.py?raw';
import runScript from './pytorch/run.sh?raw';
import slurmScript from './pytorch/slurm.sh?raw';
import train from './pytorch/train.py?raw';
import { readme } from './readme';

export type ProjectFiles = Map<string, Uint8Array<ArrayBuffer>>;

const CODE: Readonly<Record<string, string>> = { 'model.py': model, 'data.py': data, 'train.py': train, 'check.py': check };

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Folder of each run; `.` for a single one. */
export const runFolders = (runs: readonly Pick<ProjectRun, 'checkpoint'>[], several: boolean): string[] =>
	several ? runs.map(({ checkpoint }) => folderName(checkpoint.run)) : ['.'];

/** Names of all files that a project may have. */
export const PROJECT_FILES: readonly string[] = [
	...Object.keys(CODE),
	...['run.sh', 'slurm.sh', 'README.md', 'experiment.json', 'expected.json', 'train.bin', 'val.bin'],
	...[FILES.config, FILES.model, FILES.optimizer, FILES.vocabulary],
];

/** The files of a project by path. */
export function projectFiles(runs: readonly ProjectRun[], source: ProjectSource): ProjectFiles {
	const folders = runFolders(runs, source.several);
	const files: ProjectFiles = new Map();
	for (const [name, text] of Object.entries(CODE)) files.set(name, utf8(text));
	const fill = (script: string) => script.replaceAll('@RUNS@', folders.join(' ')).replaceAll('@LAST@', String(runs.length - 1));
	files.set('run.sh', utf8(fill(runScript)));
	files.set('slurm.sh', utf8(fill(slurmScript)));
	files.set('README.md', utf8(readme(runs, folders, source)));
	const shared = new Set(runs.flatMap(({ tokens }) => tokens ?? [])).size === 1;
	runs.forEach((run, i) => {
		const path = (name: string) => (folders[i] === '.' ? name : `${folders[i]}/${name}`);
		for (const [name, bytes] of runFiles(run, source)) files.set(path(name), bytes);
		if (run.tokens === null) return;
		for (const [name, bytes] of tokenFiles(run.tokens, run.checkpoint.vocabulary.tokens.length))
			files.set(shared ? name : path(name), bytes);
	});
	return files;
}

function runFiles({ checkpoint, experiment, expected }: ProjectRun, { link, adapter }: ProjectSource): ProjectFiles {
	const files = checkpointFiles({ ...checkpoint, batches: [] });
	files.set('experiment.json', jsonBytes(experiment));
	files.set('expected.json', jsonBytes({ run: checkpoint.run, from: checkpoint.step, ...expected, adapter, link }));
	return files;
}

/** train.bin and val.bin: the tokens as unsigned little-endian numbers of 2 bytes, or of 4 if the vocabulary is large. */
function tokenFiles(tokens: Int32Array, vocabularySize: number): [name: string, bytes: Uint8Array<ArrayBuffer>][] {
	const bytes = new Uint8Array((vocabularySize > SMALL_VOCABULARY ? Uint32Array : Uint16Array).from(tokens).buffer);
	const at = tailStart(tokens.length) * (bytes.length / tokens.length);
	return [
		['train.bin', bytes.slice(0, at)],
		['val.bin', bytes.slice(at)],
	];
}
