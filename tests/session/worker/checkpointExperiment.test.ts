import { describe, expect, it } from 'vitest';
import { readConfig, writeConfig } from '../../../src/checkpoint/config';
import { defaultExperiment } from '../../../src/experiment/fields';
import { METHODS } from '../../../src/experiment/methods/catalogue';
import { parseMethod } from '../../../src/experiment/methods/names';
import type { Experiment } from '../../../src/experiment/types';
import { modelConfig } from '../../../src/model/experimentModel';
import { experimentOf } from '../../../src/session/worker/checkpointExperiment';
import { trainingConfig } from '../../../src/training/run';

const trained: Experiment = {
	...defaultExperiment(),
	task: 'text',
	layers: 6,
	heads: 4,
	hiddenSize: 32,
	intermediateSize: 48,
	steps: 77,
	learningRate: 1e-3,
	sequenceLength: 40,
	seeds: [4],
};
const form: Experiment = { ...defaultExperiment(), task: 'copy', seeds: [1, 2], methods: ['vanilla', 'svformer'] };

function configOf(method: string, changes: object = {}): Record<string, unknown> {
	const parsed = parseMethod(method);
	if (!parsed.ok) throw new Error(parsed.message);
	const experiment = { ...trained, methods: [method], ...changes };
	const { sequenceLength } = experiment;
	const model = modelConfig(experiment, parsed.method, 70);
	const json = writeConfig({ model, training: trainingConfig(experiment), experiment, sequenceLength, run: `${method}#4` });
	return JSON.parse(JSON.stringify(json));
}
const filled = (content: unknown) => experimentOf({ name: 'config.json', content }, form);

describe('the experiment of a checkpoint', () => {
	it.each(METHODS.map(({ name }) => name))('of %s is the one that it was trained with', (method) => {
		expect(filled(configOf(method))).toEqual({ ...trained, methods: [method] });
	});

	it.each(METHODS.map(({ name }) => name))('of %s without a stored experiment is the form’s with its model and training', (method) => {
		const { experiment: _, run: __, ...foreign } = configOf(method);
		const found = filled(foreign);
		expect(found).toMatchObject({ task: 'copy', seeds: [1, 2], layers: 6, heads: 4, hiddenSize: 32, intermediateSize: 48 });
		expect(found).toMatchObject({ steps: 77, learningRate: 1e-3, sequenceLength: 40 });
		const parsed = parseMethod(found.methods[0]);
		if (!parsed.ok) throw new Error(parsed.message);
		// Fixed λ are those of the method that is found. The worker sets the checkpoint's.
		const { valueScheme: scheme, ...wanted } = readConfig(foreign, 'config.json').model;
		const { valueScheme, ...model } = modelConfig(found, parsed.method, 70);
		expect(model).toEqual(wanted);
		expect([valueScheme.name, valueScheme.form]).toEqual([scheme.name, scheme.form]);
	});

	it('does not take a stored experiment that makes another model', () => {
		const config = configOf('vanilla');
		expect(filled({ ...config, num_hidden_layers: 3, experiment: { ...trained, methods: ['vanilla'] } })).toMatchObject({
			layers: 3,
			task: 'copy',
		});
		expect(filled({ ...config, experiment: { layers: 'many' } })).toMatchObject({ layers: 6, task: 'copy' });
	});

	it('is refused if the form’s task has no tokens, and the checkpoint does not say its own task', () => {
		const { experiment: _, ...foreign } = configOf('vanilla');
		const vectors: Experiment = { ...form, task: 'trigger-conditional' };
		const read = (content: unknown) => experimentOf({ name: 'config.json', content }, vectors);
		expect(() => read(foreign)).toThrow('so they cannot start from a checkpoint');
		expect(read(configOf('vanilla')).task).toBe('text');
	});

	it.each([
		[{ num_hidden_layers: 500 }, /^config\.json: layers must be .* to \d+, not 500/i],
		[{ hidden_act: 'gelu' }, /^config\.json: `hidden_act` must be silu/],
		[
			{ value_scheme: { name: 'neutreno' }, depth_weighted_average: true, attention_gate: 'head', qk_norm: true },
			/^config\.json: no method of the lab/,
		],
	])('names the field that does not fit: %j', (changes, message) => {
		const { experiment: _, ...foreign } = configOf('vanilla');
		expect(() => filled({ ...foreign, ...changes })).toThrow(message);
	});
});
