import { defineActions } from './action';

export interface WritingContext {
	/** Reason why nothing can be written now; '' if it can. */
	refusal: string;
	busy: boolean;
	write(): void;
	stop(): void;
}

export const WRITING_ACTIONS = defineActions<WritingContext>()({
	write: {
		label: 'Write',
		keys: ['Enter'],
		why: ({ refusal }) => refusal,
		run: ({ write }) => write(),
	},
	breakLine: { label: 'Break the line', keys: ['Shift+Enter'], native: true, run() {} },
	stop: {
		label: 'Stop',
		why: ({ busy }) => (busy ? '' : 'Nothing is being written.'),
		run: ({ stop }) => stop(),
	},
});

export interface NumberContext {
	/** Adds to the field's whole number, within its limits. */
	change(by: 1 | -1): void;
}

/** Keys in a field that holds a whole number. */
export const NUMBER_ACTIONS = defineActions<NumberContext>()({
	change: {
		label: 'One more or one less',
		keys: ['ArrowUp', 'ArrowDown'],
		run: ({ change }, press) => change(press?.key === 'ArrowUp' ? 1 : -1),
	},
});
