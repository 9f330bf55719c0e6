import { descriptorOf, INTERVENTION_KEYS, type InterventionKey } from '../../experiment/interventions';
import type { InterventionDescriptor } from '../../experiment/interventions/descriptor';
import { type Action, defineActions } from './action';

export interface TimeContext {
	/** Recorded steps that can be shown. */
	steps: number;
	/** Own text is shown, which only the latest models have read. */
	ownText: boolean;
	/** Shows the recorded step after (1) or before (−1) the current one. */
	go(direction: 1 | -1): void;
}

/** Commands on the recorded step that attention is shown at. */
export const TIME_ACTIONS = defineActions<TimeContext>()({
	go: {
		label: 'Show attention at the previous or next recorded step',
		keys: ['[', ']'],
		why: ({ steps, ownText }) =>
			ownText ? 'Your text is shown with the latest models only.' : steps < 2 ? 'Only one step is recorded.' : '',
		run: ({ go }, press) => go(press?.key === '[' ? -1 : 1),
	},
});

export interface InterventionContext {
	/** Reason why the run cannot be changed; '' if it can. */
	locked: string;
	/** A cell is chosen. */
	cell: boolean;
	/** Switches an intervention on or off at the open layer, head or cell. */
	toggle(key: InterventionKey): void;
}

/** An action for each intervention with a keyboard shortcut that `fits`. */
function toggles<Context extends InterventionContext>(
	fits: (descriptor: InterventionDescriptor) => boolean,
): Record<string, Action<Context>> {
	const entries = INTERVENTION_KEYS.flatMap((key): [string, Action<Context>][] => {
		const descriptor = descriptorOf(key);
		if (descriptor.target === 'model' || descriptor.range || !descriptor.shortcut || !fits(descriptor)) return [];
		const { shortcut, label, help, target } = descriptor;
		const why = ({ locked, cell }: Context) => locked || (target === 'key' && !cell ? 'Choose a cell first.' : '');
		return [[key, { label, help: `${label}; press again to undo. ${help}`, keys: [shortcut], why, run: (context) => context.toggle(key) }]];
	});
	return Object.fromEntries(entries);
}

export interface GridContext extends InterventionContext {
	/** Moves the focus by heads and layers. */
	move(heads: number, layers: number): void;
}

const ARROWS: Record<string, [right: number, down: number]> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, -1],
	ArrowDown: [0, 1],
};

/** Commands on the small maps, one per layer and head. */
export const GRID_ACTIONS = defineActions<GridContext>()({
	move: {
		label: 'Move between heads and layers',
		keys: Object.keys(ARROWS),
		run: ({ move }, press) => move(...(ARROWS[press?.key ?? ''] ?? [0, 0])),
	},
	open: { label: 'Open the focused map', keys: ['Enter'], native: true, run() {} },
	// The small maps have a switch for these only.
	...toggles<GridContext>((descriptor) => 'onMap' in descriptor && descriptor.onMap === true),
});

export interface MapContext extends InterventionContext {
	/** A cell is locked. */
	cellLocked: boolean;
	/** The map is enlarged already. */
	enlarged: boolean;
	moveCell(key: string): void;
	zoom(direction: 1 | -1): void;
	enlarge(): void;
	unlock(): void;
}

/** Commands on an open map. */
export const MAP_ACTIONS = defineActions<MapContext>()({
	move: {
		label: 'Move the chosen cell; Home, End and the Page keys move further',
		keys: [...Object.keys(ARROWS), 'Home', 'End', 'PageUp', 'PageDown'],
		run: ({ moveCell }, press) => press && moveCell(press.key),
	},
	enlarge: {
		label: 'Enlarge the map',
		keys: ['Enter'],
		why: ({ enlarged }) => (enlarged ? 'It is enlarged already.' : ''),
		run: ({ enlarge }) => enlarge(),
	},
	zoom: {
		label: 'Zoom in and out',
		keys: ['+', '=', '-'],
		run: ({ zoom }, press) => zoom(press?.key === '-' ? -1 : 1),
	},
	...toggles<MapContext>(() => true),
	unlock: {
		label: 'Unlock the cell',
		keys: ['Escape'],
		// In the enlarged map Escape closes the dialog.
		why: ({ cellLocked, enlarged }) => (enlarged ? 'Close the map first.' : cellLocked ? '' : 'No cell is locked.'),
		run: ({ unlock }) => unlock(),
	},
});

export interface SinkTimelineContext {
	/** Moves the cell by heads and recorded steps; infinite for the first and last step. */
	move(rows: number, steps: number): void;
	open(): void;
}

/** Commands on the map of sinks over layers, heads and steps. */
export const SINK_TIMELINE_ACTIONS = defineActions<SinkTimelineContext>()({
	move: {
		label: 'Move by step and head; Home and End go to the first and last step',
		keys: [...Object.keys(ARROWS), 'Home', 'End'],
		run({ move }, press) {
			const [steps, rows] = ARROWS[press?.key ?? ''] ?? [press?.key === 'Home' ? -Infinity : Infinity, 0];
			move(rows, steps);
		},
	},
	open: { label: 'Open the map there', keys: ['Enter'], run: ({ open }) => open() },
});
