import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { defaultExperiment, FIELD_NAMES, fieldOf, isFieldName } from '../../src/experiment/fields';
import { editDistance, nearestName } from '../../src/experiment/nearest';
import { findPreset, PRESETS } from '../../src/experiment/presets';
import { TASK_NAMES } from '../../src/experiment/tasks';
import { checkExperiment, readExperiment } from '../../src/experiment/validate';
import { randomExperiment } from './random';

const messages = (json: unknown): string[] => readExperiment(json).problems.map((problem) => problem.message);

describe('readExperiment', () => {
	it('fills in what a file leaves out', () => {
		expect(readExperiment({})).toEqual({ experiment: defaultExperiment(), problems: [] });
		expect(readExperiment({ version: 1, layers: 2 })).toEqual({ experiment: { ...defaultExperiment(), layers: 2 }, problems: [] });
	});

	it('starts from a preset', () => {
		const { experiment, problems } = readExperiment({ preset: 'backcopy', layers: 3 });
		expect(problems).toEqual([]);
		expect(experiment).toEqual({ ...findPreset('backcopy')?.experiment, layers: 3 });
	});

	it('accepts methods as a string with commas, and one seed as a number', () => {
		const { experiment, problems } = readExperiment({ methods: 'vanilla, ResFormer:identity,resformer:learnable', seed: 7 });
		expect(problems).toEqual([]);
		expect(experiment.methods).toEqual(['vanilla', 'resformer', 'resformer:learnable']);
		expect(experiment.seeds).toEqual([7]);
	});

	it('reads back every valid experiment unchanged', () => {
		for (let seed = 0; seed < 300; seed++) {
			const experiment = randomExperiment(seed);
			expect(readExperiment(JSON.parse(JSON.stringify(experiment)))).toEqual({ experiment, problems: [] });
		}
	});

	it('names the nearest field', () => {
		expect(readExperiment({ hidenSize: 64 }).problems).toEqual([
			{ field: 'hidenSize', message: 'unknown field `hidenSize`: did you mean `hiddenSize`?' },
		]);
		expect(messages({ hidden_size: 64 })).toEqual(['unknown field `hidden_size`: did you mean `hiddenSize`?']);
		expect(messages(JSON.parse('{"__proto__": 3}'))[0]).toMatch(/^unknown field `__proto__`/);
	});

	it('lists the values of a choice', () => {
		expect(messages({ task: 'backcpy' })).toEqual([
			`task must be one of ${TASK_NAMES.join(', ')}, not "backcpy": did you mean \`backcopy\`?`,
		]);
		expect(messages({ preset: 'bakcopy' })).toEqual(['unknown preset "bakcopy": did you mean `backcopy`?']);
		expect(messages({ version: 2 })).toEqual(['version must be 1, not 2']);
	});

	it('never takes a string for a number, or anything for a flag', () => {
		expect(messages({ layers: '3' })).toEqual(['layers must be a whole number from 1 to 32, not "3"']);
		expect(messages({ tieWordEmbeddings: 1 })).toEqual(['tieWordEmbeddings must be true or false, not 1']);
		expect(messages({ seeds: ['1'] })[0]).toMatch(/^seeds must be a list/);
		expect(messages({ seed: '1' })[0]).toMatch(/^seed must be a whole number/);
	});

	it('refuses values that are not objects', () => {
		for (const json of [null, 3, 'default', [], undefined, 10n]) expect(messages(json)[0]).toMatch(/^an experiment must be a JSON object/);
	});

	const refused: [string, object, string, RegExp][] = [
		['heads that do not divide', { heads: 3 }, 'heads', /heads 3 must divide hiddenSize 64/],
		['odd head sizes', { hiddenSize: 20 }, 'heads', /head size of 5; it must be even/],
		['KV heads that do not divide', { kvHeads: 3 }, 'kvHeads', /kvHeads 3 must divide heads 4/],
		['micro-batches that do not divide', { microBatches: 5 }, 'microBatches', /microBatches 5 must divide batchSize 16/],
		['a warm-up longer than the run', { steps: 20, warmupSteps: 21 }, 'warmupSteps', /warmupSteps 21 must be at most steps 20/],
		[
			'a rate that ends above its peak',
			{ learningRate: 1e-3, endLearningRate: 2e-3 },
			'endLearningRate',
			/endLearningRate 0.002 must be at most learningRate 0.001/,
		],
		['triggers for a text', { triggerCharacters: 'e' }, 'triggerCharacters', /only|for task backcopy/],
		['a trigger given twice', { task: 'backcopy', triggerCharacters: 'ee' }, 'triggerCharacters', /each once/],
		['half a character', { task: 'backcopy', triggerCharacters: '\ud83d' }, 'triggerCharacters', /characters/],
		['more than 50 runs', { seeds: Array.from({ length: 17 }, (_, i) => i) }, 'seeds', /17 × 3 = 51 runs; at most 50/],
		['more than 50 seeds', { seeds: Array.from({ length: 51 }, (_, i) => i), methods: 'vanilla' }, 'seeds', /at most 50/],
		['a seed given twice', { seeds: [1, 2, 1] }, 'seeds', /1 appears twice/],
		['a seed beyond 32 bits', { seeds: [2 ** 32] }, 'seeds', /from 0 to 4294967295/],
		['a negative seed', { seeds: [-1] }, 'seeds', /from 0 to 4294967295/],
		['no seed', { seeds: [] }, 'seeds', /one or more/],
		['seed beside seeds', { seed: 1, seeds: [2] }, 'seed', /one of the two/],
		['no method', { methods: [] }, 'methods', /one or more/],
		[
			'a method given twice under different names',
			{ methods: ['resformer', 'resformer:identity'] },
			'methods',
			/`resformer` appears twice/,
		],
		['an unknown method', { methods: ['vanila'] }, 'methods', /did you mean `vanilla`/],
		['KV heads of a method that do not divide', { methods: ['gqa:3'] }, 'methods', /divides heads 4/],
		[
			'value embeddings where there are no tokens',
			{ task: 'trigger-conditional', methods: ['vanilla', 'value-embedding+svformer'] },
			'methods',
			/^methods: `svformer\+value-embedding` looks tokens up in a table, but models of “Trigger-conditional mean” read vectors$/,
		],
		[
			'tied embeddings where there are none',
			{ task: 'trigger-conditional', tieWordEmbeddings: true },
			'tieWordEmbeddings',
			/tieWordEmbeddings true: with task trigger-conditional its models have no embedding to share, so it must be false/,
		],
		['no room for a trigger', { task: 'trigger-conditional', sequenceLength: 2 }, 'sequenceLength', /needs at least 3 \(BOS, a vector/],
		['own text that is not there', { task: 'own-text' }, 'text', /needs a text, pasted or dropped/],
		['own text that no length fits', { task: 'own-text', text: 'too short' }, 'text', /has 9 characters: too short; it needs at least 21/],
		['own text of one character', { task: 'own-text', text: 'a'.repeat(1000) }, 'text', /one character, `a`, over and over/],
		[
			'own text shorter than its sequences need',
			{ task: 'own-text', text: 'ab'.repeat(100) },
			'sequenceLength',
			/tenth has 20: at most 19/,
		],
		['own text that is binary', { task: 'own-text', text: `PK\0${'ab'.repeat(500)}` }, 'text', /^text is binary/],
		['own text with half a character', { task: 'own-text', text: `${'ab'.repeat(500)}\ud83d` }, 'text', /^text is not valid Unicode/],
		['own text that is no text', { task: 'own-text', text: 7 }, 'text', /must be a text of at most 2000000 characters/],
		['own text beyond the limit', { task: 'own-text', text: 'ab'.repeat(1_000_001) }, 'text', /has 2000002 characters: too long/],
		['own text for the book', { text: 'ab' }, 'text', /text is for task own-text only; with task text it must be empty/],
		['pairs for the book', { pairs: 5 }, 'pairs', /pairs is for task mqar only; with task text it must stay 4/],
		[
			'a vocabulary for sums',
			{ task: 'modular-addition', vocabularySize: 64 },
			'vocabularySize',
			/is for tasks mqar, induction, copy, reverse, sort only/,
		],
		['triggers for a text, in number,', { triggers: 4 }, 'triggers', /triggers is for task backcopy only/],
		['more pairs than have room', { task: 'mqar', pairs: 17 }, 'pairs', /at least 68 .*, not 64/],
		['more pairs than keys', { task: 'mqar', vocabularySize: 9 }, 'vocabularySize', /has 3 keys for pairs 4; it must be at least 10/],
		['a long sum', { task: 'modular-addition', sequenceLength: 4 }, 'sequenceLength', /has 3 tokens .* so it must be 3/],
		['nothing to sort', { task: 'sort', sequenceLength: 2 }, 'sequenceLength', /needs at least 3/],
		['a mixed layer that is not there', { methods: ['resformer:sparse(5;1;layers=5)'] }, 'methods', /beyond layers 4/],
	];
	for (const [what, json, field, message] of refused) {
		it(`refuses ${what}, and still gives an experiment that runs`, () => {
			const { experiment, problems } = readExperiment(json);
			expect(problems.length).toBeGreaterThan(0);
			expect(problems[0].field).toBe(field);
			expect(problems[0].message).toMatch(message);
			expect(checkExperiment(experiment)).toEqual([]);
		});
	}

	it('allows values just inside the rules', () => {
		const inside = [
			{ hiddenSize: 24, heads: 4, kvHeads: 2 },
			{ steps: 20, warmupSteps: 20 },
			{ learningRate: 1e-3, endLearningRate: 1e-3 },
			{ task: 'backcopy', triggerCharacters: 'et ' },
			{ methods: 'vanilla,svformer', seeds: Array.from({ length: 25 }, (_, i) => i) },
			{ seeds: [0, 2 ** 32 - 1] },
			{ methods: ['resformer:sparse(5;1;layers=4)', 'gqa:4'] },
			{ task: 'mqar', pairs: 16, vocabularySize: 34 },
			{ task: 'modular-addition', modulus: 3 },
			{ task: 'copy', sequenceLength: 3, vocabularySize: 4 },
			{ task: 'own-text', text: 'ab'.repeat(100), sequenceLength: 19 },
			{ task: 'own-text', text: 'ab'.repeat(1_000_000) },
		];
		for (const json of inside) expect(messages(json)).toEqual([]);
	});

	it('shortens a default warm-up for a short run, but not one that the user set', () => {
		expect(readExperiment({ steps: 20 })).toMatchObject({ experiment: { steps: 20, warmupSteps: 20 }, problems: [] });
		expect(readExperiment({ preset: 'backcopy', steps: 50 })).toMatchObject({ experiment: { warmupSteps: 50 }, problems: [] });
	});

	it('gives a task the length of its sequences, and resets fields that it does not use', () => {
		const { experiment, problems } = readExperiment({ task: 'modular-addition', modulus: 31 });
		expect(problems).toEqual([]);
		expect(experiment).toEqual({ ...defaultExperiment(), task: 'modular-addition', modulus: 31, sequenceLength: 3 });
		for (const preset of PRESETS) {
			const changed = readExperiment({ preset: preset.name, task: 'text' });
			expect(changed.problems, preset.name).toEqual([]);
			for (const name of FIELD_NAMES) if (fieldOf(name).tasks) expect(changed.experiment[name]).toBe(fieldOf(name).default);
			expect(changed.experiment.sequenceLength).toBeGreaterThan(3);
		}
	});

	it('gives an experiment that runs for any input', () => {
		const generator = xoroshiro128plus(5);
		// biome-ignore format: one line of rubbish
		const values = [null, true, -1, 0, 1, 2, 3, 7, 0.5, 1e9, Number.NaN, '', 'x', 'vanilla', 'backcopy', [], [1], ['gqa:3'], ['gqa:2'], {}, [[[]]]];
		const names = [...FIELD_NAMES, 'seed', 'preset', 'version', 'nonsense'];
		for (let round = 0; round < 2000; round++) {
			const json: Record<string, unknown> = {};
			for (let i = uniformInt(generator, 0, 8); i > 0; i--) {
				json[names[uniformInt(generator, 0, names.length - 1)]] = values[uniformInt(generator, 0, values.length - 1)];
			}
			const { experiment, problems } = readExperiment(json);
			expect(checkExperiment(experiment), JSON.stringify(json)).toEqual([]);
			// Nothing is dropped in silence: a field that was given is either used or complained about.
			for (const [name, value] of Object.entries(json)) {
				if (!isFieldName(name) || name === 'methods' || name === 'seeds' || problems.length > 0) continue;
				expect(experiment[name]).toEqual(value);
			}
		}
	});
});

describe('nearest names', () => {
	it('counts edits', () => {
		expect(editDistance('', 'abc')).toBe(3);
		expect(editDistance('kitten', 'sitting')).toBe(3);
		expect(editDistance('layers', 'layers')).toBe(0);
	});

	it('finds every field despite one typing error', () => {
		const generator = xoroshiro128plus(11);
		// As near to another field: `beta` to both β, `kHeads` to `heads`.
		const isAmbiguous = (typo: string) =>
			FIELD_NAMES.filter((name) => editDistance(typo.toLowerCase(), name.toLowerCase()) <= 1).length > 1;
		for (const name of FIELD_NAMES) {
			if (name.length < 5) continue;
			const at = uniformInt(generator, 1, name.length - 1);
			const typos = [
				name.slice(0, at) + name.slice(at + 1),
				`${name.slice(0, at)}q${name.slice(at)}`,
				`${name.slice(0, at)}q${name.slice(at + 1)}`,
			];
			for (const typo of typos) if (!isFieldName(typo) && !isAmbiguous(typo)) expect(nearestName(typo, FIELD_NAMES), typo).toBe(name);
		}
	});
});
