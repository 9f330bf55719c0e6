import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { describePlan, PlanError, variantKey } from '../../src/compiler/plan';
import { PROFILES, profileNamed } from '../../src/compiler/profile';
import { methodsOf } from '../../src/experiment/methods/names';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import { SHADERS } from '../../src/gpu/shaders';
import { Graph } from '../../src/graph/graph';
import { embedding } from '../../src/graph/ops';
import { modelConfig } from '../../src/model/experimentModel';
import { trainerPlans } from '../../src/training/trainer';
import { evaluationGraph, trainingGraph } from '../../src/training/trainingGraphs';

const preset = (findPreset('default') as { experiment: Experiment }).experiment;
const shape = { batchSize: preset.batchSize, length: preset.sequenceLength };
const configs = methodsOf(preset).map((method) => modelConfig(preset, method, 89));
const [vanilla] = configs;

describe.each(PROFILES)('plans of the default experiment for $name', (profile) => {
	it('compiles at most 40 pipelines in all', () => {
		const plans = configs.flatMap((config) => {
			const { training, evaluation, probe } = trainerPlans(config, shape, { profile, maxBindingBytes: 2 ** 27 });
			return probe ? [training, evaluation, probe] : [training, evaluation];
		});
		const pipelines = new Set(plans.flatMap(({ dispatches }) => dispatches.map(({ variant }) => variantKey(variant))));
		expect(pipelines.size).toBeLessThanOrEqual(40);
	});

	it('is the same plan every time', () => {
		const plan = () => compile(trainingGraph(vanilla, shape), { profile });
		expect(JSON.stringify(plan().dispatches)).toBe(JSON.stringify(plan().dispatches));
	});

	it('binds no buffer twice in a dispatch, unless it is only read, or written in separate ranges', () => {
		for (const config of configs)
			for (const { kernel, variant, bindings } of compile(trainingGraph(config, shape), { profile }).dispatches) {
				const written = [...SHADERS[variant.file].matchAll(/var<storage, read_write> (\w+)/g)].map(([, name]) => name);
				for (const [name, place] of Object.entries(bindings)) {
					if (!written.includes(name)) continue;
					const twins = Object.entries(bindings).filter(([other, { buffer }]) => other !== name && buffer === place.buffer);
					for (const [other, { offset, bytes }] of twins) {
						expect(written, kernel).toContain(other);
						expect(offset >= place.offset + place.bytes || place.offset >= offset + bytes, `${kernel} ${name} ${other}`).toBe(true);
					}
				}
			}
	});
});

describe('the compiler', () => {
	const profile = profileNamed('tiled');
	const training = trainingGraph(vanilla, shape);

	it('folds every sum of gradients and every residual into the op before it', () => {
		const fused = compile(training, { profile });
		const plain = compile(training, { profile, fuse: false });
		expect(plain.dispatches.filter(({ kernel }) => kernel === 'mix').length).toBeGreaterThan(20);
		expect(fused.dispatches.filter(({ kernel }) => kernel === 'mix')).toEqual([]);
		expect(fused.statistics.flops).toBe(plain.statistics.flops);
	});

	it('shares memory: a training step needs little more than half of the sum of its values, parts of gradients included', () => {
		const { activationBytes } = compile(training, { profile }).statistics;
		const { unsharedBytes } = compile(training, { profile, fuse: false }).statistics;
		expect(activationBytes).toBeLessThan(0.55 * unsharedBytes);
	});

	it('drops nodes that no output needs', () => {
		const graph = evaluationGraph(vanilla, shape);
		const before = compile(graph, { profile }).dispatches.length;
		const tokens = graph.inputs.get('tokens');
		const table = graph.parameters.get('model.embed_tokens.weight');
		if (!tokens || !table) throw new Error('no embedding');
		graph.apply(embedding, [tokens, table]);
		expect(compile(graph, { profile }).dispatches).toHaveLength(before);
	});

	it('names the tensor that no binding can hold, and what to lower', () => {
		const big = () => compile(trainingGraph({ ...vanilla, vocabularySize: 60_000 }, { batchSize: 64, length: 64 }), { profile });
		expect(big).toThrow(PlanError);
		expect(big).toThrow(/4096×60000.*937\.5 MiB.*at most 128 MiB.*lower batchSize/s);
	});

	it('prints a plan with one line per dispatch', () => {
		const text = describePlan(compile(training, { profile }));
		expect(text).toMatch(/^\d+ dispatches, \d+ pipelines, \d+ FLOP/);
		expect(text).toMatch(/layer 4 backward attentionGradient\s+attentionGradients/);
	});

	it('refuses an update of a node that is not a parameter', () => {
		const graph = new Graph();
		const input = graph.input('x', [3]);
		expect(() => graph.update(input, input)).toThrow(/x is neither a parameter nor a state/);
	});
});
