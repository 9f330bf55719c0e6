import type { InterventionKey } from '../../experiment/interventions';
import type { AnyEdit } from '../../experiment/interventions/descriptor';
import type { PositionMeasure } from '../measures/positionMeasures';
import type { ColumnRoom } from './columnLayout';
import type { ColumnView } from './columns';
import type { Display } from './display';
import type { Drawn, Explorer } from './explorer';
import type { MapColours } from './paint';
import type { Place } from './place';
import type { StripPair } from './strips';

/** Effects of the pointer and the keyboard on a map. */
export interface MapHandlers {
	onPoint(place: Place | null): void;
	onClick(place: Place): void;
	/** A keyboard key was pressed on a map of `length` tokens. */
	onKey(event: React.KeyboardEvent, length: number): void;
	/** Moves the view by whole tokens. */
	onPan?(queries: number, keys: number, length: number): void;
	/** The head of a key's column was clicked. */
	onMask?(key: number): void;
}

/** Handlers of a column; `column` counts from 0. */
export interface ColumnHandlers extends Omit<MapHandlers, 'onKey'> {
	/** A keyboard key moves the cell on a map of `length` tokens. */
	onMoveCell(key: string, length: number): void;
	onZoom(direction: 1 | -1, length: number): void;
	onUnlock(): void;
	onFocus(column: number): void;
	onChoose(column: number, group: string): void;
	onOpen(layer: number, head: number): void;
	onEnlarge(column: number): void;
	onDisplay(display: Display): void;
	/** Toggles an intervention of the column's run at a place. */
	onToggle(column: number, key: InterventionKey, place: AnyEdit): void;
}

/** Data and handlers that all columns of the panel share. */
export interface MapView {
	explorer: Explorer;
	/** Which side of an intervention is drawn. */
	drawn: Drawn;
	colours: MapColours;
	/** The largest number of each strip, over all columns. */
	tops: Record<PositionMeasure['name'], number>;
	/** The groups that a column can show, with names. */
	choices: readonly (readonly [group: string, name: string])[];
	/** True if interventions are possible: at the latest step of runs that are not recorded. */
	editable: boolean;
	handlers: ColumnHandlers;
}

/** Props of a column. */
export interface ColumnProps {
	/** The place among the columns, from 0. */
	index: number;
	column: ColumnView;
	strips: StripPair | null;
	view: MapView;
	/** Space for the column. */
	room: ColumnRoom;
}

/** Commands on the cell and the zoom of a map of `length` tokens. */
export function cellCommands({ locked }: Explorer, handlers: ColumnHandlers, length: number) {
	return {
		cellLocked: locked,
		moveCell: (key: string) => handlers.onMoveCell(key, length),
		zoom: (direction: 1 | -1) => handlers.onZoom(direction, length),
		unlock: handlers.onUnlock,
	};
}
