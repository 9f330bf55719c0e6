import { defineActions } from './action';

export interface SweepContext {
	/** Number of runs drawn. */
	marks: number;
	/** A run is chosen. */
	chosen: boolean;
	/** Chooses the run that an arrow key, Home or End leads to. */
	move(key: string): void;
	/** Opens the curves of the chosen run. */
	open(): void;
	clear(): void;
}

const needsMark = ({ marks }: SweepContext): string => (marks === 0 ? 'No run has finished yet.' : '');
const needsChosen = ({ chosen }: SweepContext): string => (chosen ? '' : 'No run is chosen.');

/** Commands on the chart of a sweep. */
export const SWEEP_ACTIONS = defineActions<SweepContext>()({
	move: {
		label: 'Next run',
		help: 'Choose a run: left and right along the axis, up and down at one place',
		keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
		why: needsMark,
		run: ({ move }, press) => move(press?.key ?? ''),
	},
	ends: {
		label: 'First and last run',
		keys: ['Home', 'End'],
		why: needsMark,
		run: ({ move }, press) => move(press?.key ?? ''),
	},
	open: {
		label: 'Open the curves of the chosen run',
		keys: ['Enter'],
		why: (context) => needsMark(context) || needsChosen(context),
		run: ({ open }) => open(),
	},
	clear: {
		label: 'Choose no run',
		keys: ['Escape'],
		why: needsChosen,
		run: ({ clear }) => clear(),
	},
});
