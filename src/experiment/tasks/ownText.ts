import { characterCount, longestSequence, MAX_TEXT, shortTextProblem } from '../ownText';
import { defineTask } from './descriptor';
import { repeatedPassages, validationLoss } from './metrics';

/** The first ten days of *The Twelve Days of Christmas* (London, about 1780), a text whose end repeats its beginning. */
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

/** Next character of the user's own text. */
export const ownText = defineTask({
	label: 'Your own text',
	tokens: 'characters',
	fields: {
		text: {
			kind: 'text',
			default: '',
			max: MAX_TEXT,
			label: 'Text',
			unit: '',
			affects: ['task', 'model'],
			main: true,
			help: 'Your own text. Its characters are the vocabulary, and its last tenth is held out.',
		},
	},
	rules: [
		{
			fields: ['text'],
			check: ({ text }) => {
				if (text === '')
					return {
						message: 'text: task own-text needs a text, pasted or dropped (a link holds only short ones)',
						sentence: 'This task needs a text: paste or drop one. A link holds only short texts.',
					};
				const problem = shortTextProblem(text);
				return problem === null ? null : { message: `text ${problem}`, sentence: `The text ${problem}.` };
			},
		},
		{
			fields: ['sequenceLength', 'text'],
			check: ({ text, sequenceLength }) => {
				const largest = longestSequence(characterCount(text));
				if (text === '' || sequenceLength <= largest || largest < 2) return null;
				return {
					message: `sequenceLength ${sequenceLength} needs ${sequenceLength + 1} characters of held-out text; this text's last tenth has ${largest + 1}: at most ${largest}`,
					sentence: `The sequence length may be at most ${largest}: the last tenth of this text, which is held out, has ${largest + 1} characters.`,
				};
			},
		},
	],
	metrics: { validationLoss, ...repeatedPassages },
	sentence: 'It starts with an old song. Paste or drop another text, and watch the loss on its last tenth, which no method trains on.',
	preset: {
		title: 'Your own text',
		question: 'What do value residuals do on your own text?',
		changes: { layers: 2, sequenceLength: 32, steps: 300, warmupSteps: 30, text: song() },
	},
});
