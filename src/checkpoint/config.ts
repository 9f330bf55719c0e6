import { ADDITION_NAMES, ADDITIONS, type AdditionName, isScheme, SCHEME_NAMES, SCHEMES, type SchemeName } from '../experiment/methods';
import type { AdditionDescriptor, SchemeDescriptor } from '../experiment/methods/descriptor';
import { incompatiblePair } from '../experiment/methods/refusals';
import { SCHEDULES, type Schedule } from '../experiment/types';
import { headSizeOf, type ModelConfig, type ValueSchemeConfig } from '../model/config';
import { CheckpointError } from './safetensors';

/** How a replay trains: the `training` part of config.json. */
export interface TrainingConfig {
	steps: number;
	learningRate: number;
	endLearningRate: number;
	warmupSteps: number;
	schedule: Schedule;
	weightDecay: number;
	beta1: number;
	beta2: number;
	epsilon: number;
	/** 0 = off. */
	clip: number;
}

type Json = Record<string, unknown>;

/** Field readers that name the file and field in their errors. */
function reader(file: string, json: Json) {
	const fail = (field: string, rule: string): never => {
		throw new CheckpointError(`${file}: \`${field}\` must be ${rule}, not ${JSON.stringify(json[field])}`);
	};
	return {
		fail,
		number(
			field: string,
			{
				least = Number.NEGATIVE_INFINITY,
				most = Number.POSITIVE_INFINITY,
				whole = false,
				otherwise,
			}: { least?: number; most?: number; whole?: boolean; otherwise?: number },
		): number {
			const value = json[field] ?? otherwise;
			if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most || (whole && !Number.isInteger(value)))
				return fail(
					field,
					`a ${whole ? 'whole ' : ''}number${Number.isFinite(least) ? ` from ${least}` : ''}${Number.isFinite(most) ? ` to ${most}` : ''}`,
				);
			return value;
		},
		choice<T extends string>(field: string, choices: readonly T[], otherwise: T | null): T | null {
			const value = json[field] ?? otherwise;
			return value === null || choices.includes(value as T) ? (value as T | null) : fail(field, `one of ${choices.join(', ')}`);
		},
		flag(field: string): boolean {
			const value = json[field] ?? false;
			return typeof value === 'boolean' ? value : fail(field, 'true or false');
		},
	};
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What config.json says. */
export interface Config {
	model: ModelConfig;
	/** Longest sequence that the model was trained on; null where the file doesn't say. */
	sequenceLength: number | null;
	training: TrainingConfig | null;
	/** Run of the experiment that it comes from, such as `resformer#1`; null where the file doesn't say. */
	run: string | null;
}

/** Reads config.json, Hugging Face Llama's names plus the project's own. @throws CheckpointError naming the field */
export function readConfig(json: unknown, file: string): Config {
	if (!isObject(json)) throw new CheckpointError(`${file}: must hold a JSON object`);
	const { number, flag, fail } = reader(file, json);
	const whole = (field: string, otherwise?: number) => number(field, { least: 1, whole: true, otherwise });
	const layers = whole('num_hidden_layers');
	const heads = whole('num_attention_heads');
	const hiddenSize = whole('hidden_size');
	const kvHeads = whole('num_key_value_heads', heads);
	if (hiddenSize % heads || (hiddenSize / heads) % 2)
		fail('hidden_size', `a multiple of num_attention_heads ${heads} with an even quotient`);
	if (heads % kvHeads) fail('num_key_value_heads', `a divisor of num_attention_heads ${heads}`);
	const model: ModelConfig = {
		vocabularySize: whole('vocab_size'),
		layers,
		heads,
		kvHeads,
		hiddenSize,
		intermediateSize: whole('intermediate_size'),
		rmsNormEps: number('rms_norm_eps', { least: 0, otherwise: 1e-5 }),
		ropeTheta: number('rope_theta', { least: 1e-6, otherwise: 10_000 }),
		tieWordEmbeddings: flag('tie_word_embeddings'),
		valueScheme: readScheme(json.value_scheme, layers, file),
		...readAdditions(reader(file, json)),
	};
	refuseIncompatible(model, file);
	return {
		model,
		sequenceLength: json.max_position_embeddings === undefined ? null : whole('max_position_embeddings'),
		training: json.training === undefined ? null : readTraining(json.training, file),
		run: typeof json.run === 'string' ? json.run : null,
	};
}

const additionOf = (name: AdditionName): AdditionDescriptor => ADDITIONS[name];

/** `kvSharing` → `kv_sharing` */
const fieldOf = (name: string): string =>
	name === 'kvHeads' ? 'num_key_value_heads' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

type ModelAdditions = Pick<ModelConfig, Exclude<AdditionName, 'kvHeads'>>;

/** Additions that have a setting of their own in config.json. */
const STORED = ADDITION_NAMES.filter((name): name is keyof ModelAdditions => additionOf(name).stored !== undefined);

function readAdditions({ number, choice, flag }: ReturnType<typeof reader>): ModelAdditions {
	const read = (name: AdditionName): unknown => {
		const { stored } = additionOf(name);
		const field = fieldOf(name);
		if (stored?.kind === 'flag') return flag(field);
		return stored?.kind === 'choice'
			? choice(field, stored.choices, null)
			: number(field, { least: stored?.least, whole: true, otherwise: stored?.least });
	};
	return Object.fromEntries(STORED.map((name) => [name, read(name)])) as unknown as ModelAdditions;
}

/** @throws CheckpointError naming the first combination that has no defined formula */
function refuseIncompatible(model: ModelConfig, file: string): void {
	const { name, form } = model.valueScheme;
	const { defined } = (SCHEMES[name] as SchemeDescriptor).stored ?? {};
	if (defined && form !== null && !defined.forms.includes(form))
		throw new CheckpointError(`${file}: value_scheme ${name} with form ${form} has no defined formula: ${defined.reason}`);
	const pair = incompatiblePair(name, model);
	if (!pair) return;
	const words = (key: SchemeName | AdditionName): string => {
		if (isScheme(key)) return `value_scheme ${key}`;
		return additionOf(key).stored?.kind === 'flag' ? fieldOf(key) : `${fieldOf(key)} ${model[key]}`;
	};
	throw new CheckpointError(`${file}: ${words(pair.by)} with ${words(pair.with)} has no defined formula`);
}

function readScheme(json: unknown, layers: number, file: string): ValueSchemeConfig {
	if (json === undefined || json === null) return { name: 'own', form: null, lambdas: null, lambda: null };
	if (!isObject(json)) throw new CheckpointError(`${file}: \`value_scheme\` must be an object`);
	const { number, choice, fail } = reader(`${file}: value_scheme`, json);
	const name = choice('name', SCHEME_NAMES, null) ?? fail('name', `one of ${SCHEME_NAMES.join(', ')}`);
	const { forms, lambdas: otherwise, lambda } = (SCHEMES[name] as SchemeDescriptor).stored ?? {};
	const form = forms ? choice('form', forms, forms[0]) : null;
	const pair = form === null ? undefined : otherwise?.(form);
	const lambdas = json.lambdas ?? (pair ? Array.from({ length: layers }, (_, n) => (n ? [...pair] : [0, 1])) : null);
	const fits =
		Array.isArray(lambdas) &&
		lambdas.length === layers &&
		lambdas.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite));
	if (pair !== undefined && !fits) fail('lambdas', `${layers} pairs of numbers, one for each layer`);
	return {
		name,
		form,
		lambdas: pair === undefined ? null : (lambdas as [number, number][]),
		lambda: lambda === undefined ? null : number('lambda', { otherwise: lambda }),
	};
}

function readTraining(json: unknown, file: string): TrainingConfig {
	if (!isObject(json)) throw new CheckpointError(`${file}: \`training\` must be an object`);
	const { number, choice, fail } = reader(`${file}: training`, json);
	const betas = json.betas ?? [0.9, 0.95];
	if (!Array.isArray(betas) || betas.length !== 2 || !betas.every((beta) => typeof beta === 'number' && beta >= 0 && beta < 1))
		fail('betas', 'two numbers from 0 to below 1');
	const learningRate = number('learning_rate', { least: 0 });
	const [beta1, beta2] = betas as [number, number];
	return {
		steps: number('steps', { least: 1, whole: true }),
		learningRate,
		endLearningRate: number('end_learning_rate', { least: 0, otherwise: learningRate / 10 }),
		warmupSteps: number('warmup_steps', { least: 0, whole: true, otherwise: 0 }),
		schedule: choice('schedule', SCHEDULES, 'cosine') as Schedule,
		weightDecay: number('weight_decay', { least: 0, otherwise: 0.1 }),
		beta1,
		beta2,
		epsilon: number('eps', { least: 0, otherwise: 1e-8 }),
		clip: number('clip', { least: 0, otherwise: 1 }),
	};
}

/** True if Hugging Face's `LlamaForCausalLM` computes the same: no method but shared KV heads. */
const isLlama = (model: ModelConfig): boolean => model.valueScheme.name === 'own' && usedOf(model).length === 0;

const usedOf = (model: ModelConfig): (keyof ModelAdditions)[] => STORED.filter((name) => model[name] !== additionOf(name).off);

/**
 * config.json of a model, the reverse of `readConfig`. Any other model than Llama says so in `model_type`: a Llama would
 * load its weights too, and compute something else in silence.
 *
 * @param startToken number of the token that every sequence starts with; null where there is none
 */
export function writeConfig(
	{
		model,
		training,
		sequenceLength,
		run,
	}: { [Key in 'sequenceLength' | 'training']: NonNullable<Config[Key]> } & Pick<Config, 'model' | 'run'>,
	startToken: number | null = null,
): Json {
	const { valueScheme } = model;
	return {
		...(run === null ? {} : { run }),
		model_type: isLlama(model) ? 'llama' : 'resformer',
		architectures: [isLlama(model) ? 'LlamaForCausalLM' : 'ResFormerForCausalLM'],
		torch_dtype: 'float32',
		hidden_act: 'silu',
		attention_bias: false,
		attention_dropout: 0,
		mlp_bias: false,
		initializer_range: 0.02,
		// Hugging Face would otherwise take 1 and 2, two ordinary characters, for the tokens that start and end a text.
		bos_token_id: startToken,
		eos_token_id: null,
		pad_token_id: null,
		vocab_size: model.vocabularySize,
		hidden_size: model.hiddenSize,
		intermediate_size: model.intermediateSize,
		num_hidden_layers: model.layers,
		num_attention_heads: model.heads,
		num_key_value_heads: model.kvHeads,
		head_dim: headSizeOf(model),
		max_position_embeddings: sequenceLength,
		rms_norm_eps: model.rmsNormEps,
		rope_theta: model.ropeTheta,
		rope_scaling: null,
		tie_word_embeddings: model.tieWordEmbeddings,
		...(valueScheme.name === 'own'
			? {}
			: {
					value_scheme: {
						name: valueScheme.name,
						...(valueScheme.form ? { form: valueScheme.form } : {}),
						...(valueScheme.lambdas ? { lambdas: valueScheme.lambdas } : {}),
						...(valueScheme.lambda === null ? {} : { lambda: valueScheme.lambda }),
					},
				}),
		...Object.fromEntries(usedOf(model).map((name) => [fieldOf(name), model[name]])),
		training: {
			steps: training.steps,
			learning_rate: training.learningRate,
			end_learning_rate: training.endLearningRate,
			warmup_steps: training.warmupSteps,
			schedule: training.schedule,
			weight_decay: training.weightDecay,
			betas: [training.beta1, training.beta2],
			eps: training.epsilon,
			clip: training.clip,
		},
	};
}
