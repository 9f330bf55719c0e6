import { defineActions } from './action';

export interface ChartContext {
	/** No line is drawn. */
	empty: boolean;
	/** The cursor is on a step. */
	pointing: boolean;
	/** Moves the cursor by steps of 1 % of the plot's width. */
	moveCursor(steps: number): void;
	toEnd(end: 'first' | 'last'): void;
	clearCursor(): void;
	/** Shows half (1) or twice (−1) of the range, around the cursor. */
	zoom(direction: 1 | -1): void;
	showAll(): void;
}

const needsLine = ({ empty }: ChartContext): string => (empty ? 'Nothing is drawn yet.' : '');

/** Commands on a chart over steps. */
export const CHART_ACTIONS = defineActions<ChartContext>()({
	move: {
		label: 'Move the cursor; with Shift ten times as far',
		keys: ['ArrowLeft', 'ArrowRight'],
		why: needsLine,
		run: ({ moveCursor }, press) => moveCursor((press?.key === 'ArrowLeft' ? -1 : 1) * (press?.shift ? 10 : 1)),
	},
	toEnd: {
		label: 'Go to the first or last step shown',
		keys: ['Home', 'End'],
		why: needsLine,
		run: ({ toEnd }, press) => toEnd(press?.key === 'Home' ? 'first' : 'last'),
	},
	zoom: {
		label: 'Zoom in and out around the cursor',
		keys: ['+', '=', '-'],
		why: needsLine,
		run: ({ zoom }, press) => zoom(press?.key === '-' ? -1 : 1),
	},
	showAll: {
		label: 'Whole run',
		help: 'Show the whole run',
		keys: ['0'],
		why: needsLine,
		run: ({ showAll }) => showAll(),
	},
	clearCursor: {
		label: 'Remove the cursor',
		keys: ['Escape'],
		why: (context) => needsLine(context) || (context.pointing ? '' : 'The cursor is not shown.'),
		run: ({ clearCursor }) => clearCursor(),
	},
});

export interface GridMapContext {
	/** Moves the chosen cell, or chooses the first one if there is none. */
	move(rows: number, columns: number): void;
}

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
	ArrowUp: [-1, 0],
	ArrowDown: [1, 0],
	ArrowLeft: [0, -1],
	ArrowRight: [0, 1],
};

/** Commands on a map of layers by positions or steps. */
export const GRID_MAP_ACTIONS = defineActions<GridMapContext>()({
	move: {
		label: 'Move the chosen cell by layer and column',
		keys: Object.keys(MOVES),
		run: ({ move }, press) => move(...(MOVES[press?.key ?? ''] ?? [0, 0])),
	},
});
