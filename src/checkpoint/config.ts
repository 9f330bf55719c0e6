import * as v from 'valibot';
import { excerpt } from '../experiment/excerpt';
import { headSizeOf, type ModelConfig } from '../model/config';
import { count, flag, isObject, type Json, number, readFields, refuseField } from './fields';
import { LLAMA_RMS_NORM_EPS, LLAMA_ROPE_THETA, refuseOtherModels, ropeFields } from './llama';
import { readAdditions, readScheme, refuseUndefined, usedSettings, writeAdditions, writeScheme } from './methodSettings';
import { CheckpointError } from './safetensors';
import { readTraining, type TrainingConfig, writeTraining } from './trainingConfig';

/** The contents of config.json. */
export interface Config {
	model: ModelConfig;
	/** Longest sequence that the model was trained on; null if the file does not say. */
	sequenceLength: number | null;
	training: TrainingConfig | null;
	/** Id of the run that it was exported from, such as `resformer#1`; null if the file does not say. */
	run: string | null;
	/** Updates done; 0 if the file does not say. */
	step: number;
	/** The experiment of that run as JSON, not checked; undefined if the file has none. */
	experiment?: unknown;
}

/** Far more than any model has. Lists with an entry per layer are made before the weights, whose size shows a lie. */
const MOST_LAYERS = 1000;

const ENTRIES = {
	num_hidden_layers: number({ least: 1, most: MOST_LAYERS, whole: true }),
	num_attention_heads: count(),
	hidden_size: count(),
	num_key_value_heads: v.nullish(count()),
	vocab_size: count(),
	intermediate_size: count(),
	rms_norm_eps: v.nullish(number({ least: 0 }), LLAMA_RMS_NORM_EPS),
	tie_word_embeddings: flag(),
	max_position_embeddings: v.nullish(count(), null),
	step: v.nullish(count(0), 0),
};
const ROPE_ENTRIES = { rope_theta: v.nullish(number({ least: 1e-6 }), LLAMA_ROPE_THETA) };

/**
 * Reads config.json: the names of Hugging Face's Llama with its defaults, and the project's own.
 *
 * @throws CheckpointError naming the field that is wrong, or with which Hugging Face computes another model
 */
export function readConfig(json: unknown, file: string): Config {
	if (!isObject(json)) throw new CheckpointError(`${file}: must hold a JSON object`);
	refuseOtherModels(json, file);
	const read = readFields(ENTRIES, json, file);
	const rope = ropeFields(json, file);
	const { rope_theta: ropeTheta } = readFields(ROPE_ENTRIES, rope.json, rope.where);
	const { num_hidden_layers: layers, num_attention_heads: heads, hidden_size: hiddenSize } = read;
	const kvHeads = read.num_key_value_heads ?? heads;
	if (hiddenSize % heads || (hiddenSize / heads) % 2)
		refuseField(json, file, 'hidden_size', `a multiple of num_attention_heads ${heads} with an even quotient`);
	if (heads % kvHeads) refuseField(json, file, 'num_key_value_heads', `a divisor of num_attention_heads ${heads}`);
	const model: ModelConfig = {
		vocabularySize: read.vocab_size,
		layers,
		heads,
		kvHeads,
		hiddenSize,
		intermediateSize: read.intermediate_size,
		rmsNormEps: read.rms_norm_eps,
		ropeTheta,
		tieWordEmbeddings: read.tie_word_embeddings,
		valueScheme: readScheme(json.value_scheme, layers, file),
		...readAdditions(json, file),
	};
	refuseUndefined(model, file);
	return {
		model,
		sequenceLength: read.max_position_embeddings,
		training: json.training === undefined ? null : readTraining(json.training, file),
		run: typeof json.run === 'string' ? json.run : null,
		step: read.step,
		...(json.experiment === undefined ? {} : { experiment: json.experiment }),
	};
}

/** The fields that determine a model's maths. */
const modelFields = (model: ModelConfig): Json => ({
	vocab_size: model.vocabularySize,
	...(model.vectorSize === undefined ? {} : { vector_size: model.vectorSize }),
	hidden_size: model.hiddenSize,
	intermediate_size: model.intermediateSize,
	num_hidden_layers: model.layers,
	num_attention_heads: model.heads,
	num_key_value_heads: model.kvHeads,
	rms_norm_eps: model.rmsNormEps,
	rope_theta: model.ropeTheta,
	tie_word_embeddings: model.tieWordEmbeddings,
	...writeScheme(model.valueScheme),
	...writeAdditions(model),
});

/** The fields of config.json in which two models differ, with the values of each. */
export function differingFields(a: ModelConfig, b: ModelConfig): { field: string; values: [string, string] }[] {
	const [first, second] = [modelFields(a), modelFields(b)];
	return [...new Set([...Object.keys(first), ...Object.keys(second)])]
		.map((field): { field: string; values: [string, string] } => ({ field, values: [excerpt(first[field]), excerpt(second[field])] }))
		.filter(({ field }) => JSON.stringify(first[field]) !== JSON.stringify(second[field]));
}

/** True if Hugging Face's `LlamaForCausalLM` computes the same model: vanilla, possibly with GQA. */
const isLlama = (model: ModelConfig): boolean => model.valueScheme.name === 'own' && usedSettings(model).length === 0;

/**
 * config.json of a model, the reverse of `readConfig`. `model_type` is `llama` only if the model is one: Hugging Face would
 * load any other as a Llama without an error, and compute something else.
 *
 * @param startToken number of the token that every sequence starts with; null if there is none
 */
export function writeConfig(
	{
		model,
		training,
		sequenceLength,
		run,
		step = 0,
		experiment,
	}: { [Key in 'sequenceLength' | 'training']: NonNullable<Config[Key]> } & Pick<Config, 'model' | 'run' | 'experiment'> &
		Partial<Pick<Config, 'step'>>,
	startToken: number | null = null,
): Json {
	return {
		...(run === null ? {} : { run }),
		...(step === 0 ? {} : { step }),
		model_type: isLlama(model) ? 'llama' : 'resformer',
		architectures: [isLlama(model) ? 'LlamaForCausalLM' : 'ResFormerForCausalLM'],
		torch_dtype: 'float32',
		hidden_act: 'silu',
		attention_bias: false,
		attention_dropout: 0,
		mlp_bias: false,
		initializer_range: 0.02,
		// The defaults, 1 and 2, would make two ordinary characters the tokens that start and end a text.
		bos_token_id: startToken,
		eos_token_id: null,
		pad_token_id: null,
		head_dim: headSizeOf(model),
		max_position_embeddings: sequenceLength,
		rope_scaling: null,
		...modelFields(model),
		training: writeTraining(training),
		...(experiment === undefined ? {} : { experiment }),
	};
}
