import { describe, expect, it } from 'vitest';
import { defaultExperiment, FIELD_NAMES, FIELDS, fieldOf, fieldsThatAffect, isForTask, pageSentence } from '../../src/experiment/fields';
import { FORK_FIELDS } from '../../src/experiment/fork';
import { PRESETS } from '../../src/experiment/presets';
import { TASK_METRICS, TASK_NAMES, TASKS, taskDescriptor } from '../../src/experiment/tasks';
import { checkExperiment, checkWithSentences, readExperiment } from '../../src/experiment/validate';

const SENTENCE = /^\p{Lu}.*[.?]$/u;

describe.each(TASK_NAMES)('the task %s', (name) => {
	const task = taskDescriptor(name);

	it('has a label and a sentence that no other task has', () => {
		expect(FIELDS.task.choiceLabels?.[name]).toBe(task.label);
		expect(task.sentence).toMatch(SENTENCE);
		for (const other of TASK_NAMES.filter((each) => each !== name)) {
			expect(taskDescriptor(other).label).not.toBe(task.label);
			expect(taskDescriptor(other).sentence).not.toBe(task.sentence);
		}
	});

	it('runs with its defaults, unless it must be given a value first', () => {
		const { problems } = readExperiment({ task: name });
		for (const { field } of problems) expect(Object.keys(task.fields)).toContain(field);
	});

	it('uses its fields, which mean the same in every task that uses them', () => {
		for (const [field, entry] of Object.entries(task.fields)) {
			const known = FIELD_NAMES.find((each) => each === field);
			expect(known, field).toBeDefined();
			expect(FIELDS[known as 'pairs'], field).toMatchObject(entry);
			expect(isForTask(known as 'pairs', name)).toBe(true);
		}
	});

	it('explains every number that it reports', () => {
		expect(task.metrics).toHaveProperty('validationLoss');
		for (const [key, text] of Object.entries(task.metrics)) {
			expect(text.label, key).not.toBe('');
			expect(text.help, key).toMatch(SENTENCE);
			expect(TASK_METRICS[key]).toEqual(text);
		}
	});

	it('measures the sink at positions that exist', () => {
		if (task.sinkClass !== undefined) expect(task.positionClasses).toContain(task.sinkClass);
	});

	it('has presets that run', () => {
		const presets = PRESETS.filter(({ experiment }) => experiment.task === name);
		if (task.preset)
			expect(presets).toContainEqual(expect.objectContaining({ name, question: task.preset.question, sentence: task.sentence }));
		for (const { experiment } of presets) expect(checkExperiment(experiment)).toEqual([]);
	});
});

describe('the lists of fields', () => {
	it('follow from the effects in the table', () => {
		expect(fieldsThatAffect('task')).toEqual([
			'task',
			...new Set(['text', ...TASK_NAMES.flatMap((name) => Object.keys(TASKS[name].fields))]),
			'sequenceLength',
		]);
		for (const name of FORK_FIELDS) expect(fieldOf(name)).toHaveProperty('forkable', true);
		// A fork that changed what is learned, or the shapes of its weights, could not go on with them.
		for (const name of FORK_FIELDS.filter((each) => each !== 'methods'))
			for (const effect of ['task', 'model'] as const) expect(fieldOf(name).affects, name).not.toContain(effect);
	});
});

describe('a broken rule on the page', () => {
	const sentenceOf = (changes: object): string => {
		const [problem] = checkWithSentences({ ...defaultExperiment(), ...changes });
		return pageSentence(problem);
	};

	it.each([
		[{ heads: 3, hiddenSize: 32 }, '3 heads do not divide the hidden size 32.'],
		[
			{ heads: 4, hiddenSize: 20 },
			'4 heads and a hidden size of 20 give a head size of 5. It must be even, because RoPE rotates pairs of channels.',
		],
		[{ kvHeads: 3 }, '3 KV heads do not divide 4 heads.'],
		[{ steps: 20, warmupSteps: 21 }, 'Warm-up must be at most 20 (steps), not 21.'],
		[{ layers: 99 }, 'Layers must be a whole number from 1 to 32, not 99.'],
		[{ kvHeads: 0 }, 'KV heads must be a whole number from 1 to 64, or empty (as many as heads), not 0.'],
		[{ task: 'own-text' }, 'This task needs a text: paste or drop one. A link holds only short texts.'],
		[{ task: 'mqar', pairs: 17 }, '17 pairs need a sequence of at least 68 tokens (four per pair), not 64.'],
		[{ task: 'modular-addition' }, 'Sequence length must be 3 with this task: a sum has 3 tokens (a, b, =).'],
		[{ methods: [] }, 'Choose at least one method.'],
		[{ seeds: Array.from({ length: 17 }, (_, seed) => seed) }, '17 seeds × 3 methods is 51 runs. At most 50 are allowed.'],
	])('%j: %s', (changes, sentence) => {
		expect(sentenceOf(changes)).toBe(sentence);
	});

	it('is a sentence for any field, even if the rule has none: labels stand for names', () => {
		expect(pageSentence({ message: 'hiddenSize 3 needs more kvHeads than heads' })).toBe('Hidden size 3 needs more KV heads than heads.');
		for (const name of FIELD_NAMES) {
			if (fieldOf(name).kind !== 'number') continue;
			expect(sentenceOf({ task: fieldOf(name).tasks?.[0] ?? 'text', [name]: -1e9 }), name).toMatch(/^[^a-z].*\.$/u);
		}
	});
});
