import { defaultExperiment } from './fields';
import type { Experiment } from './types';

/** An experiment worth starting from, with the question that it answers. */
export interface Preset {
	name: string;
	title: string;
	question: string;
	/** One sentence on what to watch. */
	sentence: string;
	/** Whether public/recorded/ holds what `npm run record` found; a first visit shows it. */
	recorded?: true;
	experiment: Experiment;
}

/** What the presets of synthetic tasks share: two layers, short sequences, vanilla against the two value methods. */
const small = (changes: Partial<Experiment>): Experiment => ({
	...defaultExperiment(),
	vocabularySize: 32,
	sequenceLength: 32,
	layers: 2,
	...changes,
});

/** The first ten days of *The Twelve Days of Christmas* (London, about 1780): its end repeats what came before. */
function song(): string {
	const days = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');
	const gifts = [
		'a partridge in a pear tree',
		'two turtle doves',
		'three French hens',
		'four colly birds',
		'five gold rings',
		'six geese a-laying',
		'seven swans a-swimming',
		'eight maids a-milking',
		'nine drummers drumming',
		'ten pipers piping',
	];
	const verses = days.map((day, last) => {
		const given = gifts.slice(0, last + 1).reverse();
		if (last > 0) given[last] = `and ${given[last]}`;
		return `The ${day} day of Christmas,\nmy true love sent to me\n${given.join(',\n')}.\n`;
	});
	return verses.join('\n');
}

export const PRESETS: readonly Preset[] = [
	{
		name: 'default',
		title: 'Moby-Dick, three methods',
		question: 'Do value residuals learn real text faster?',
		sentence:
			'Vanilla, ResFormer and SVFormer read the same characters of Moby-Dick in the same order; watch the loss, and what each head looks at.',
		recorded: true,
		experiment: defaultExperiment(),
	},
	{
		name: 'backcopy',
		title: 'Bigram-Backcopy, three seeds',
		question: "Does the first layer's value stop the attention sink?",
		sentence: 'On this toy task heads learn to rest on <s> within minutes; compare how much attention <s> gets in layer 2 of each method.',
		recorded: true,
		experiment: {
			...defaultExperiment(),
			task: 'backcopy',
			layers: 2,
			heads: 1,
			steps: 600,
			warmupSteps: 60,
			seeds: [1, 2, 3],
		},
	},
	{
		name: 'mqar',
		title: 'Recall of key-value pairs (MQAR)',
		question: 'Can a model that reuses the first value still look things up?',
		sentence:
			'A value must be fetched by its key, which takes two layers working together; watch accuracy stay at a guess, then rise at once.',
		experiment: small({ task: 'mqar', sequenceLength: 24, heads: 2, batchSize: 64, steps: 500, warmupSteps: 50, learningRate: 4e-3 }),
	},
	{
		name: 'induction',
		title: 'Induction: the same again',
		question: 'How soon does a head find what came after the same token before?',
		sentence:
			'The second half of each sequence repeats the first; watch a stripe one half back appear in the attention maps as the loss falls.',
		experiment: small({ task: 'induction', vocabularySize: 64, sequenceLength: 64, heads: 2, steps: 250, warmupSteps: 40 }),
	},
	{
		name: 'modular-addition',
		title: 'Addition modulo 31',
		question: 'Does learning by heart come before understanding?',
		sentence:
			'Three tenths of all sums are trained on; watch training accuracy reach 1 within 300 steps while held-out accuracy stays below a third.',
		experiment: {
			...defaultExperiment(),
			task: 'modular-addition',
			modulus: 31,
			sequenceLength: 3,
			layers: 2,
			batchSize: 96,
			steps: 600,
			warmupSteps: 20,
			weightDecay: 1,
			beta2: 0.98,
		},
	},
	{
		name: 'copy',
		title: 'Copy',
		question: 'Which method copies first?',
		sentence: 'The easiest control: say the sequence again; all methods should get there within seconds, and a broken one does not.',
		experiment: small({ task: 'copy', steps: 150, warmupSteps: 20, validateEvery: 25 }),
	},
	{
		name: 'reverse',
		title: 'Reverse',
		question: 'Which method reads backwards first?',
		sentence: 'Each answer stands further back than the one before; watch an anti-diagonal appear in the attention maps.',
		experiment: small({ task: 'reverse', steps: 900, warmupSteps: 60 }),
	},
	{
		name: 'sort',
		title: 'Sort',
		question: 'Can every method compare?',
		sentence: 'The answer is the sequence in ascending order, so that a head must find the next larger token, wherever it stands.',
		experiment: small({ task: 'sort', sequenceLength: 24, batchSize: 32, steps: 600, warmupSteps: 50, learningRate: 4e-3 }),
	},
	{
		name: 'own-text',
		title: 'Your own text',
		question: 'What do value residuals do to a text of yours?',
		sentence: 'An old song stands in for it: paste or drop another, and watch the loss on its last tenth, which no method trains on.',
		experiment: small({ task: 'own-text', text: song(), vocabularySize: 256, steps: 300, warmupSteps: 30 }),
	},
];

/** The preset called `name`, if there is one. */
export function findPreset(name: string): Preset | undefined {
	return PRESETS.find((preset) => preset.name === name);
}
