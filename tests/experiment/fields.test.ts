import { describe, expect, it } from 'vitest';
import { FIELD_GROUPS } from '../../src/experiment/fieldKinds';
import { defaultExperiment, FIELD_NAMES, fieldOf, limitsOf } from '../../src/experiment/fields';
import { findPreset, PRESETS } from '../../src/experiment/presets';
import { checkExperiment, readExperiment } from '../../src/experiment/validate';

const messages = (json: unknown): string[] => readExperiment(json).problems.map((problem) => problem.message);

describe('the table of fields', () => {
	it('gives every field a label, a help text, a group and a default within its limits', () => {
		for (const name of FIELD_NAMES) {
			const field = fieldOf(name);
			expect(field.label, name).not.toBe('');
			expect(field.help, name).toMatch(/^\S.*[.]$/);
			expect(FIELD_GROUPS, name).toContain(field.group);
			expect(limitsOf(name), name).not.toBe('');
		}
		expect(checkExperiment(defaultExperiment())).toEqual([]);
	});

	it('returns defaults as new objects, so that changing them is safe', () => {
		defaultExperiment().methods.push('neutreno');
		defaultExperiment().seeds[0] = 7;
		expect(defaultExperiment().methods).toEqual(['vanilla', 'resformer', 'svformer']);
		expect(defaultExperiment().seeds).toEqual([1]);
	});

	// Every number at both sides of both limits; the other fields are chosen so that no rule between fields interferes.
	const room = { heads: 1, hiddenSize: 64, warmupSteps: 0, steps: 1_000_000, learningRate: 1, methods: ['vanilla'] };
	for (const name of FIELD_NAMES) {
		const field = fieldOf(name);
		if (field.kind !== 'number') continue;
		it(`keeps ${name} from ${field.min} to ${field.max}`, () => {
			// heads is as large as kvHeads or its multiple, hiddenSize a multiple of twice heads, batchSize a multiple of microBatches, steps no less than warm-up.
			const beside = (value: number): object => {
				if (name === 'heads') return { hiddenSize: 128, heads: value };
				if (name === 'kvHeads') return { hiddenSize: 128, heads: 64, kvHeads: value };
				if (name === 'microBatches') return { batchSize: 1024, microBatches: value };
				if (name === 'pairs') return { task: 'mqar', sequenceLength: 2048, vocabularySize: 2048, pairs: value };
				if (name === 'sequenceLength') return { task: 'text', sequenceLength: value };
				return { task: field.tasks?.at(-1) ?? 'text', [name]: value };
			};
			const problems = (value: number): string[] => messages({ ...room, ...beside(value) });
			const step = field.integer ? 1 : field.max * 1e-9;
			expect(problems(field.min)).toEqual([]);
			expect(problems(field.max)).toEqual([]);
			for (const value of [field.min - (field.integer ? 1 : 1e-13), field.max + step, Number.NaN, Number.POSITIVE_INFINITY]) {
				const found = problems(value);
				expect(found.length, `${name} ${value}`).toBeGreaterThan(0);
				expect(found[0]).toContain(`${name} must be ${limitsOf(name)}`);
			}
			if (field.integer) expect(problems(field.min + 0.5)[0]).toContain(`${name} must be a whole number`);
			const nulled = messages({ task: field.tasks?.[0] ?? 'text', [name]: null });
			if (field.whenNull === undefined) expect(nulled[0]).toContain(`${name} must be`);
			else expect(nulled).toEqual([]);
		});
	}
});

describe('presets', () => {
	it('are valid, and have different names', () => {
		for (const preset of PRESETS) expect(checkExperiment(preset.experiment), preset.name).toEqual([]);
		expect(new Set(PRESETS.map((preset) => preset.name)).size).toBe(PRESETS.length);
	});

	it('are the published ones', () => {
		const common = {
			hiddenSize: 64,
			intermediateSize: 192,
			sequenceLength: 64,
			batchSize: 16,
			methods: ['vanilla', 'resformer', 'svformer'],
		};
		expect(findPreset('default')?.experiment).toMatchObject({
			...common,
			task: 'text',
			layers: 4,
			heads: 4,
			steps: 400,
			warmupSteps: 40,
			learningRate: 3e-3,
			schedule: 'cosine',
			seeds: [1, 2, 3],
		});
		expect(findPreset('backcopy')?.experiment).toMatchObject({
			...common,
			task: 'backcopy',
			triggers: 3,
			layers: 2,
			heads: 1,
			steps: 900,
			learningRate: 5e-3,
			schedule: 'constant',
			seeds: [1, 2, 3, 4, 5],
		});
		expect(findPreset('constructor')).toBeUndefined();
	});
});
