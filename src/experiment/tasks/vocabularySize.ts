import { whole } from '../fieldKinds';

/** The vocabulary of the tasks whose tokens are numbers. */
export const vocabularySize = {
	...whole,
	default: 256,
	min: 4,
	max: 8192,
	label: 'Vocabulary',
	unit: 'tokens',
	affects: ['task', 'model'],
	main: true,
	config: 'vocab_size',
	// Passages of the book have its characters. Every other task leaves `passage` at its default.
	usedIf: ({ passage }: { passage: string }) => passage !== 'book',
	help: 'Distinct tokens, special ones included. MQAR takes its keys from the lower half and its values from the upper.',
} as const;

/** The common part of the presets of synthetic tasks: two layers and short sequences. */
export const SMALL = { vocabularySize: 32, sequenceLength: 32, layers: 2 } as const;
