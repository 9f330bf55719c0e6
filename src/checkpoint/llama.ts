/** config.json as Hugging Face's `LlamaConfig` means it: https://huggingface.co/docs/transformers/model_doc/llama */
import { isObject, type Json, refuseField } from './fields';

/** Epsilon of RMSNorm if the file has none. */
export const LLAMA_RMS_NORM_EPS = 1e-6;
/** Base of RoPE's angles if the file has none. */
export const LLAMA_ROPE_THETA = 10_000;

interface Rule {
	field: string;
	/** True for the values with which the model is the one of docs/METHODS.md section 1. Absent and null always are. */
	holds(value: unknown, json: Json): boolean;
	/** Continues "`field` must be". */
	rule: string;
}

const MODEL_TYPES: readonly unknown[] = ['llama', 'resformer'];
/** transformers up to 4.42 writes `type`, later versions `rope_type`. */
const isUnscaled = (rope: unknown): boolean =>
	isObject(rope) && [rope.rope_type, rope.type].every((type) => (type ?? 'default') === 'default');
const isOne = (value: unknown): boolean => value === 1;

const RULES: readonly Rule[] = [
	{ field: 'model_type', holds: (value) => MODEL_TYPES.includes(value), rule: 'llama or resformer (no other architecture is computed)' },
	{ field: 'hidden_act', holds: (value) => value === 'silu' || value === 'swish', rule: 'silu' },
	{ field: 'attention_bias', holds: (value) => value === false, rule: 'false (there are no biases)' },
	{ field: 'mlp_bias', holds: (value) => value === false, rule: 'false (there are no biases)' },
	{
		field: 'head_dim',
		// A value that is not a number is refused later, under its own name.
		holds: (value, { hidden_size: width, num_attention_heads: heads }) =>
			typeof width !== 'number' || typeof heads !== 'number' || value === width / heads,
		rule: 'hidden_size / num_attention_heads',
	},
	{ field: 'rope_scaling', holds: isUnscaled, rule: 'null (angles are not scaled)' },
	{ field: 'partial_rotary_factor', holds: isOne, rule: '1 (the whole head is rotated)' },
	{
		field: 'sliding_window',
		holds: (_, { use_sliding_window }) => use_sliding_window === false,
		rule: 'null (attention reaches back to the first token)',
	},
	{
		field: 'layer_types',
		holds: (value) => Array.isArray(value) && value.every((type) => type === 'full_attention'),
		rule: 'full_attention in each layer',
	},
	{ field: 'quantization_config', holds: () => false, rule: 'absent (quantized weights are not read)' },
];

/** Refuses what would make Hugging Face compute another model than docs/METHODS.md section 1. @throws CheckpointError naming the field */
export function refuseOtherModels(json: Json, file: string): void {
	for (const { field, holds, rule } of RULES) {
		const value = json[field];
		if (value !== undefined && value !== null && !holds(value, json)) refuseField(json, file, field, rule);
	}
	const rope = json.rope_parameters;
	if (rope === undefined || rope === null) return;
	if (!isUnscaled(rope)) refuseField(json, file, 'rope_parameters', 'an object with rope_type default (angles are not scaled)');
	const { partial_rotary_factor: factor } = rope as Json;
	if (factor !== undefined && factor !== null && !isOne(factor))
		refuseField(rope as Json, `${file}: rope_parameters`, 'partial_rotary_factor', '1 (the whole head is rotated)');
}

/** The object that holds `rope_theta`, with its name for messages. transformers 5 writes it into `rope_parameters`. */
export function ropeFields(json: Json, file: string): { json: Json; where: string } {
	const rope = json.rope_parameters;
	if (!isObject(rope) || rope.rope_theta === undefined || rope.rope_theta === null) return { json, where: file };
	const where = `${file}: rope_parameters`;
	const outer = json.rope_theta;
	if (outer !== undefined && outer !== null && outer !== rope.rope_theta)
		refuseField(json, file, 'rope_theta', `${String(rope.rope_theta)}, as in rope_parameters`);
	return { json: rope, where };
}
