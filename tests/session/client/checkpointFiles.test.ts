import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { packZip, readCheckpoint, zipName } from '../../../src/session/client/checkpoint/checkpointFiles';
import { LabClient } from '../../../src/session/client/client';
import type { NamedFile } from '../../../src/session/client/protocol';
import { allOf, mutatedBytes, mutations } from '../../support/properties';
import { FakePort } from './fakePort';

const named = (name: string, text: string): NamedFile => ({ name, bytes: new TextEncoder().encode(text) });
const FILES = [named('config.json', '{"a": 1}'), named('model.safetensors', '\x08weights'), named('vocabulary.json', '{}')];
const asFile = ({ name, bytes }: NamedFile) => new File([bytes], name);

describe('reading a checkpoint', () => {
	it('takes the .zip that was downloaded, and the files by themselves', async () => {
		const zip = new File([await packZip(FILES)], 'vanilla.zip');
		for (const chosen of [[zip], FILES.map(asFile)]) {
			const read = await readCheckpoint(chosen);
			expect(read).toMatchObject({ ok: true });
			if (read.ok)
				expect(read.files.map(({ name, bytes }) => [name, [...bytes]])).toEqual(FILES.map(({ name, bytes }) => [name, [...bytes]]));
		}
	});

	it('takes a checkpoint of transformers, which has no vocabulary.json, and passes over its other files', async () => {
		const chosen = [...FILES.slice(0, 2), named('tokenizer.json', '{}'), named('generation_config.json', '{}')];
		const read = await readCheckpoint(chosen.map(asFile));
		expect(read.ok && read.files.map(({ name }) => name)).toEqual(['config.json', 'model.safetensors']);
	});

	it('finds the files in a folder of an archive, and leaves out macOS’ resource forks', async () => {
		const entries = Object.fromEntries(
			FILES.flatMap(({ name, bytes }) => [
				[`run/${name}`, bytes],
				[`__MACOSX/run/${name}`, strToU8('x')],
			]),
		);
		const read = await readCheckpoint([new File([new Uint8Array(zipSync(entries))], 'run.zip')]);
		expect(read.ok && read.files.map(({ name }) => name)).toEqual(FILES.map(({ name }) => name));
	});

	it('finds the files in a .zip of Windows, and a model in several files', async () => {
		const names = ['config.json', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'vocabulary.json'];
		const entries = Object.fromEntries(names.map((name) => [`run\\${name}`, strToU8('x')]));
		const zip = new Uint8Array(zipSync({ ...entries, 'run\\optimizer.safetensors': strToU8('x') }));
		const read = await readCheckpoint([new File([zip], 'run.zip')]);
		expect(read.ok && read.files.map(({ name }) => name)).toEqual(names);
	});

	it.each([
		['a picture', [new File(['not a checkpoint'], 'cat.png')], /cat\.png is not a checkpoint: choose its \.zip/],
		['nothing', [], /The choice is not a checkpoint/],
		['part of it', FILES.slice(0, 1).map(asFile), /lacks model\.safetensors/],
		['a broken .zip', [new File(['PK\x03\x04 and then rubbish'], 'broken.zip')], /broken\.zip is a damaged \.zip/],
		['two runs', [...FILES, ...FILES].map(asFile), /config\.json appears twice/],
	])('refuses %s in words', async (_, files, message) => {
		const read = await readCheckpoint(files);
		expect(read.ok ? '' : read.message).toMatch(message);
	});

	it('reads or refuses a .zip with any bytes changed, lengths that lie among them', async () => {
		const bytes = await packZip(FILES);
		await fc.assert(
			fc.asyncProperty(mutations, async (changes) => {
				const read = await readCheckpoint([new File([mutatedBytes(bytes, changes)], 'changed.zip')]);
				if (read.ok) expect(read.files.length).toBeGreaterThan(1);
				else expect(read.message.length).toBeLessThan(300);
			}),
			allOf(10_000, 'changed .zip files'),
		);
	}, 120_000);

	it('refuses a .zip cut short', async () => {
		const bytes = await packZip(FILES);
		const read = await readCheckpoint([new File([bytes.slice(0, bytes.length - 40)], 'half.zip')]);
		expect(read.ok ? '' : read.message).toMatch(/half\.zip is a damaged \.zip/);
	});
});

it('names a .zip so that every file system accepts it', () => {
	expect(zipName('resformer:sparse(5;1;layers=3.4)+gqa:2', 3, 400)).toBe('resformer-sparse(5-1-layers-3.4)+gqa-2-seed-3-step-400.zip');
});

describe('requesting a checkpoint', () => {
	it('returns the worker’s files', async () => {
		const port = new FakePort();
		const client = new LabClient(port);
		const asked = client.checkpoint('vanilla#1');
		port.say({ type: 'answer', id: port.of('checkpoint')[0].id, request: 'checkpoint', answer: { step: 7, files: FILES } });
		expect(await asked).toEqual({ step: 7, files: FILES });
	});

	it('ends with an error, or when the runs are removed', async () => {
		const port = new FakePort();
		const client = new LabClient(port);
		const first = client.checkpoint('vanilla#1');
		port.say({ type: 'failed', id: port.of('checkpoint')[0].id, message: 'the run vanilla#1 is not on the GPU: press Train first' });
		await expect(first).rejects.toThrow('press Train first');
		const second = client.checkpoint('vanilla#1');
		client.reset();
		await expect(second).rejects.toThrow('removed');
	});
});
