import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig, writeConfig } from '../../src/checkpoint/config';
import { readModel } from '../../src/checkpoint/folder';
import { CheckpointError, readSafetensors, type StoredTensor, writeSafetensors } from '../../src/checkpoint/safetensors';
import { readVocabulary } from '../../src/checkpoint/vocabulary';
import { defaultExperiment } from '../../src/experiment/fields';
import { checkExperiment } from '../../src/experiment/validate';
import { experimentOf } from '../../src/session/worker/checkpointExperiment';
import { METHODS, smallModel } from '../generation/methods';
import { allOf, BOUNDED, editedJson, jsonEdits, mutatedBytes, mutations } from '../support/properties';

/** For thousands of cases on a busy machine. */
const SLOW = 180_000;
const FORM = defaultExperiment();

/** Runs a reader: its result, or null if it refuses with its own error. Any other error fails the test. */
function readOrRefuse<T>(read: () => T): T | null {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof CheckpointError)) throw error;
		expect(error.message.length).toBeLessThan(1000);
		return null;
	}
}

const training = {
	steps: 7,
	learningRate: 3e-3,
	endLearningRate: 1e-4,
	warmupSteps: 2,
	schedule: 'constant' as const,
	weightDecay: 0.2,
	beta1: 0.8,
	beta2: 0.9,
	epsilon: 1e-7,
	clip: 0,
	optimizer: 'adamw' as const,
	momentum: 0.9,
	muonLearningRate: 0.02,
	muonMomentum: 0.95,
};
const configOf = (method: string): object =>
	JSON.parse(JSON.stringify(writeConfig({ model: smallModel(method), training, sequenceLength: 48, run: 'a#1' }, 0)));

const tensor: fc.Arbitrary<StoredTensor> = fc.tuple(fc.array(fc.nat(4), { maxLength: 3 }), fc.boolean()).chain(([shape, float]) => {
	const size = shape.reduce((product, extent) => product * extent, 1);
	const data = float
		? fc.array(fc.float(), { minLength: size, maxLength: size }).map((list) => Float32Array.from(list))
		: fc.array(fc.integer(), { minLength: size, maxLength: size }).map((list) => Int32Array.from(list));
	return data.map((data) => ({ shape, data }));
});
const tensors = fc.uniqueArray(fc.tuple(fc.string(), tensor), { maxLength: 4, selector: ([name]) => name }).map(
	// The format keeps this name for itself.
	(entries) => new Map(entries.filter(([name]) => name !== '__metadata__' && name !== '__proto__')),
);

/** A safetensors file with this header and so many bytes of tensors. */
function fileWith(header: string, bytes: number): Uint8Array<ArrayBuffer> {
	const text = new TextEncoder().encode(header);
	const file = new Uint8Array(8 + text.length + bytes);
	new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
	file.set(text, 8);
	return file;
}

describe('safetensors', () => {
	it('round-trip any tensors, NaN and empty ones too', () => {
		fc.assert(
			fc.property(tensors, (tensors) => {
				const read = readSafetensors(writeSafetensors(tensors), 'a');
				expect([...read.keys()].sort()).toEqual([...tensors.keys()].sort());
				for (const [name, { shape, data }] of tensors) expect(read.get(name)).toEqual({ shape, data });
			}),
			BOUNDED,
		);
	});

	it(
		'with any bytes changed are read or refused, and never hold more than the file',
		() => {
			fc.assert(
				fc.property(tensors, mutations, (tensors, changes) => {
					const bytes = mutatedBytes(writeSafetensors(tensors), changes);
					const read = readOrRefuse(() => readSafetensors(bytes, 'a'));
					const total = [...(read?.values() ?? [])].reduce((sum, { data }) => sum + data.byteLength, 0);
					expect(total).toBeLessThanOrEqual(bytes.length);
				}),
				allOf(5000, 'safetensors with other bytes'),
			);
		},
		SLOW,
	);

	it(
		'with any change of the header are read or refused, and never hold more than the file',
		() => {
			const header = {
				__metadata__: { format: 'pt' },
				a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
				b: { dtype: 'I32', shape: [2], data_offsets: [24, 32] },
			};
			fc.assert(
				fc.property(jsonEdits, (edits) => {
					const bytes = fileWith(JSON.stringify(editedJson(header, edits)) ?? '', 32);
					const read = readOrRefuse(() => readSafetensors(bytes, 'a'));
					const total = [...(read?.values() ?? [])].reduce((sum, { data }) => sum + data.byteLength, 0);
					expect(total).toBeLessThanOrEqual(32);
					for (const { shape, data } of read?.values() ?? [])
						expect(shape.reduce((product, extent) => product * extent, 1)).toBe(data.length);
				}),
				allOf(5000, 'safetensors with another header'),
			);
		},
		SLOW,
	);

	it.each([
		['a header length beyond any file', () => new Uint8Array(16).fill(255)],
		['tensors that share bytes', () => fileWith(JSON.stringify(sharing(1000)), 4)],
		['a shape whose product is not finite', () => fileWith('{"a":{"dtype":"F32","shape":[1e300,1e300],"data_offsets":[0,4]}}', 4)],
		['a shape that hides its size', () => fileWith('{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}', 4)],
		['no header at all', () => new Uint8Array(7)],
		['a header that is null', () => fileWith('null', 0)],
		['a header of deep lists', () => fileWith(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 0)],
		['a type that every object has', () => fileWith('{"a":{"dtype":"constructor","shape":[1],"data_offsets":[0,4]}}', 4)],
	])('with %s are refused', (_, file) => {
		expect(() => readSafetensors(file(), 'a.safetensors')).toThrow(CheckpointError);
		expect(() => readSafetensors(file(), 'a.safetensors')).toThrow(/^a\.safetensors: /);
	});
});

const sharing = (count: number) =>
	Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, { dtype: 'F32', shape: [1], data_offsets: [0, 4] }]));

describe('config.json', () => {
	// Every second one has the experiment that the lab stores in it.
	it.each(METHODS.map((method, i) => [method, i % 2 ? { experiment: { ...FORM, methods: [method] } } : {}]))(
		'of %s, with any change, is read or refused',
		(method, stored) => {
			const config = { ...configOf(method), ...stored };
			fc.assert(
				fc.property(jsonEdits, (edits) => {
					const json = editedJson(config, edits);
					// What the form is filled with is within its limits.
					const filled = readOrRefuse(() => experimentOf({ name: 'config.json', content: json }, FORM));
					if (filled) expect(checkExperiment(filled)).toEqual([]);
					const read = readOrRefuse(() => readConfig(json, 'config.json'));
					if (!read) return;
					const { model } = read;
					for (const count of [model.layers, model.heads, model.kvHeads, model.hiddenSize, model.intermediateSize, model.vocabularySize])
						expect(Number.isInteger(count) && count >= 1).toBe(true);
					// Written and read again, it stays the same.
					const { sequenceLength, training, run, step } = read;
					if (sequenceLength !== null && training !== null)
						expect(
							readConfig(JSON.parse(JSON.stringify(writeConfig({ model, training, sequenceLength, run, step }))), 'config.json'),
						).toEqual({ ...read, experiment: undefined });
				}),
				allOf(286, `changed config.json of ${method}`),
			);
		},
		SLOW,
	);

	it.each(['num_hidden_layers', 'hidden_size', 'vocab_size', 'intermediate_size', 'value_scheme', 'training', 'experiment'])(
		'with numbers beyond any model or lists of any depth in `%s` is refused or read at once',
		(field) => {
			for (const value of [1e8, 2 ** 32, 1e300, Number.POSITIVE_INFINITY, Number.NaN, JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))])
				for (const method of ['resformer', 'resformer:dense', 'svformer']) {
					const content = { ...configOf(method), [field]: value };
					readOrRefuse(() => readConfig(content, 'config.json'));
					readOrRefuse(() => experimentOf({ name: 'config.json', content }, FORM));
				}
		},
	);
});

describe('vocabulary.json', () => {
	it('with any change is read or refused', () => {
		fc.assert(
			fc.property(jsonEdits, (edits) => {
				const read = readOrRefuse(() =>
					readVocabulary(editedJson({ separator: ' ', tokens: ['a', 'b', '<s>'] }, edits), 'vocabulary.json', 3),
				);
				if (read) {
					expect(read.tokens).toHaveLength(3);
					expect(new Set(read.tokens).size).toBe(3);
				}
			}),
			BOUNDED,
		);
	});
});

describe('a checkpoint', () => {
	const folder = ['tests/oracle/resformer-plus', 'tests/oracle/vanilla'].find((path) => existsSync(path)) ?? '';
	const config: unknown = JSON.parse(readFileSync(`${folder}/config.json`, 'utf8'));
	const weights = new Uint8Array(readFileSync(`${folder}/model.safetensors`));
	const vocabulary = { separator: '', tokens: Array.from({ length: (config as { vocab_size: number }).vocab_size }, (_, i) => `${i}`) };
	const read = (json: unknown, bytes: Uint8Array, tokens: unknown) =>
		readModel({
			has: (name) => name in { 'config.json': 0, 'model.safetensors': 0, 'vocabulary.json': 0 },
			bytes: (name) => ({ name, content: bytes }),
			json: (name) => ({ name, content: name === 'config.json' ? json : tokens }),
		});

	it('can be read if nothing is changed', () => {
		expect(Object.keys(read(config, weights, vocabulary).weights).length).toBeGreaterThan(3);
	});

	it('with any change of its config is read or refused, however large the sizes that it names', () => {
		fc.assert(
			fc.property(jsonEdits, (edits) => {
				readOrRefuse(() => read(editedJson(config, edits), weights, vocabulary));
			}),
			{ ...BOUNDED, numRuns: 100 },
		);
	});

	it(
		'with any bytes changed is read or refused',
		() => {
			fc.assert(
				fc.property(mutations, (changes) => {
					// Most of the file is weights: a change of the header is what matters.
					const header = mutatedBytes(weights.subarray(0, 3000), changes);
					const bytes = new Uint8Array(header.length + weights.length - 3000);
					bytes.set(header);
					bytes.set(weights.subarray(3000), header.length);
					readOrRefuse(() => read(config, bytes, vocabulary));
				}),
				allOf(1000, 'checkpoints with other bytes'),
			);
		},
		SLOW,
	);
});
