import { describe, expect, it } from 'vitest';
import { readConfig, writeConfig } from '../../src/checkpoint/config';
import { folderName } from '../../src/checkpoint/folder';
import { readSafetensors, writeSafetensors } from '../../src/checkpoint/safetensors';
import type { TrainingConfig } from '../../src/checkpoint/trainingConfig';
import { readVocabulary } from '../../src/checkpoint/vocabulary';
import { defaultExperiment } from '../../src/experiment/fields';
import { trainingConfig } from '../../src/training/run';
import { METHODS, smallModel } from '../generation/methods';

const training: TrainingConfig = {
	steps: 7,
	learningRate: 3e-3,
	endLearningRate: 1e-4,
	warmupSteps: 2,
	schedule: 'constant',
	weightDecay: 0.2,
	beta1: 0.8,
	beta2: 0.9,
	epsilon: 1e-7,
	clip: 0,
	optimizer: 'adamw',
	momentum: 0.9,
	muonLearningRate: 0.02,
	muonMomentum: 0.95,
};

const written = (name: string) => {
	const config = { model: smallModel(name), training, sequenceLength: 48, run: `${name}#1`, step: 7 };
	return { config, json: JSON.parse(JSON.stringify(writeConfig(config, 0))) };
};

describe('config.json', () => {
	it.each(METHODS)('of %s is read back unchanged', (name) => {
		const { config, json } = written(name);
		expect(readConfig(json, 'config.json')).toEqual(config);
	});

	it('keeps every field of an experiment that changes its training', () => {
		const experiment = { ...defaultExperiment(), endLearningRate: 1e-5, warmupSteps: 3, beta2: 0.99 };
		const { config } = written('vanilla');
		const json = JSON.parse(JSON.stringify(writeConfig({ ...config, training: trainingConfig(experiment) }, 0)));
		const read = readConfig(json, 'config.json').training;
		expect(read).toEqual(trainingConfig(experiment));
		expect(experiment).toMatchObject({ ...read });
		expect(trainingConfig(defaultExperiment()).endLearningRate).toBe(defaultExperiment().learningRate / 10);
	});

	it.each([
		['sgd', { momentum: 0.5 }, ['optimizer', 'momentum']],
		['muon', { muonLearningRate: 0.05, muonMomentum: 0.9 }, ['optimizer', 'muon_learning_rate', 'muon_momentum']],
	] as const)('with %s reads back as it was, and has that optimiser’s fields only', (optimizer, fields, names) => {
		const config = {
			model: smallModel('vanilla'),
			training: { ...training, optimizer, ...fields },
			sequenceLength: 48,
			run: 'a#1',
			step: 0,
		};
		const json = JSON.parse(JSON.stringify(writeConfig(config, 0)));
		expect(readConfig(json, 'config.json')).toEqual(config);
		const own = Object.keys(json.training).filter((name) => !(name in written('vanilla').json.training));
		expect(own.sort()).toEqual([...names].sort());
	});

	it.each([
		[{ optimizer: 'muon', learning_rate: 0 }, /training: `learning_rate` must be above 0 with muon/],
		[{ optimizer: 'lion' }, /training: `optimizer` must be one of adamw, sgd, muon/],
		[{ optimizer: 'sgd', momentum: 1 }, /training: `momentum` must be a number from 0 to below 1/],
		[{ optimizer: 'muon', muon_learning_rate: -1 }, /training: `muon_learning_rate` must be a number from 0/],
	])('refuses %j', (fields, said) => {
		const { json } = written('vanilla');
		expect(() => readConfig({ ...json, training: { ...json.training, ...fields } }, 'config.json')).toThrow(said);
	});

	it('is called Hugging Face’s Llama only if that computes the same', () => {
		const types = METHODS.map((name) => [name, written(name).json.model_type]);
		expect(types.filter(([, type]) => type === 'llama').map(([name]) => name)).toEqual(['vanilla', 'gqa:2']);
	});

	it('has every key by which LlamaForCausalLM would otherwise build another model', () => {
		expect(written('gqa:2').json).toMatchObject({
			architectures: ['LlamaForCausalLM'],
			model_type: 'llama',
			hidden_act: 'silu',
			attention_bias: false,
			mlp_bias: false,
			head_dim: 6,
			num_key_value_heads: 2,
			max_position_embeddings: 48,
			rms_norm_eps: 1e-5,
			rope_theta: 10_000,
			tie_word_embeddings: false,
			torch_dtype: 'float32',
			bos_token_id: 0,
			eos_token_id: null,
		});
	});
});

describe('vocabulary.json', () => {
	const refusal = (json: unknown) => () => readVocabulary(json, 'vocabulary.json', 2);

	it('holds the text of each token', () => {
		expect(readVocabulary({ tokens: ['<s>', '🐋'], separator: '' }, 'vocabulary.json', 2)).toEqual({
			tokens: ['<s>', '🐋'],
			separator: '',
		});
		expect(readVocabulary({ tokens: ['1', '12'], separator: ' ' }, 'vocabulary.json', 2).separator).toBe(' ');
	});

	it('is refused if a model could not use it, with the reason', () => {
		expect(refusal(null)).toThrow('vocabulary.json: must hold a JSON object');
		expect(refusal({ tokens: 'ab' })).toThrow('`tokens` must be a list of texts');
		expect(refusal({ tokens: ['a', 7] })).toThrow('`tokens` must be a list of texts');
		expect(refusal({ tokens: ['a', ''] })).toThrow('none empty');
		expect(refusal({ tokens: ['a', 'a'] })).toThrow('a token twice');
		expect(refusal({ tokens: ['a'] })).toThrow("has 1 tokens, but the model's vocab_size is 2");
		expect(refusal({ tokens: ['a', 'b'], separator: '-' })).toThrow('`separator`');
	});
});

describe('safetensors', () => {
	it('are read back unchanged, and name their format for Hugging Face’s loader', () => {
		const tensors = new Map([
			['a', { shape: [2, 3], data: Float32Array.of(1, -2, 3e-38, 4, 5, Number.NaN) }],
			['b', { shape: [1], data: Int32Array.of(-100) }],
		]);
		const bytes = writeSafetensors(tensors);
		expect(readSafetensors(bytes, 'file')).toEqual(tensors);
		const header = new TextDecoder().decode(bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))));
		expect(JSON.parse(header).__metadata__).toEqual({ format: 'pt' });
		expect(header.length % 8).toBe(0);
	});
});

describe('folder names', () => {
	it('hold nothing that a file system or shell refuses, and keep all other characters', () => {
		expect(folderName('vanilla#1')).toBe('vanilla#1');
		expect(folderName('resformer:learnable+gqa:2#31')).toBe('resformer-learnable+gqa-2#31');
		expect(folderName('resformer:sparse(5,1)@3,4#1')).toMatch(/^[\w.+#-]+$/);
	});
});
