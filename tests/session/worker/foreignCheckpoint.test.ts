import { expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/checkpoint/safetensors';
import { namedWeights } from '../../../src/checkpoint/weights';
import { readExperiment } from '../../../src/experiment/validate';
import { startFrom } from '../../../src/session/worker/checkpoints';
import { RunNames } from '../../../src/session/worker/runNames';
import { TaskCache } from '../../../src/session/worker/taskCache';
import { initialWeights } from '../../../src/training/initialize';

/** A config.json as transformers writes it. */
const LLAMA = {
	architectures: ['LlamaForCausalLM'],
	model_type: 'llama',
	hidden_act: 'silu',
	hidden_size: 16,
	intermediate_size: 24,
	num_attention_heads: 2,
	num_hidden_layers: 2,
	num_key_value_heads: 2,
	max_position_embeddings: 2048,
	rms_norm_eps: 1e-5,
	rope_theta: 10000,
	tie_word_embeddings: false,
	vocab_size: 89,
	torch_dtype: 'float32',
	transformers_version: '4.46.0',
};
const { experiment } = readExperiment({
	task: 'text',
	methods: 'vanilla',
	layers: 2,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	seeds: '1',
});
const bytesOf = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));

it('starts a run from a checkpoint without vocabulary.json if it has as many tokens as the task, else names `vocab_size`', async () => {
	const [run] = new RunNames().begin(await new TaskCache().ofRuns(experiment));
	const weights = initialWeights(run.config, 7);
	const model = { name: 'model.safetensors', bytes: writeSafetensors(namedWeights(run.config, weights)) };
	startFrom([{ name: 'config.json', bytes: bytesOf(LLAMA) }, model], [run]);
	expect(run.initialWeights).toEqual(weights);

	const wide = { ...run.config, vocabularySize: 100 };
	const other = { name: 'model.safetensors', bytes: writeSafetensors(namedWeights(wide, initialWeights(wide, 7))) };
	expect(() => startFrom([{ name: 'config.json', bytes: bytesOf({ ...LLAMA, vocab_size: 100 }) }, other], [run])).toThrow(
		'`vocab_size` is 100 in config.json and 89 in vanilla#1',
	);
	const tokens = { name: 'vocabulary.json', bytes: bytesOf({ separator: '', tokens: Array.from({ length: 89 }, (_, i) => `t${i}`) }) };
	expect(() => startFrom([{ name: 'config.json', bytes: bytesOf(LLAMA) }, model, tokens], [run])).toThrow('other tokens');
});
