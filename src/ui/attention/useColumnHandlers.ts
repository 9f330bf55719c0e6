import { useEffect, useMemo, useRef } from 'react';
import { togglePlace } from '../../experiment/interventions/edits';
import type { RunView } from '../../session/client/store/labSnapshot';
import type { Interventions } from '../shared/useInterventions';
import type { ColumnHandlers } from './mapView';
import type { ExplorerActions } from './useExplorer';

interface Columns {
	shown: readonly RunView[];
	/** Both columns show the run in focus. */
	beside: boolean;
	focus: number;
}

/** Handlers of the columns. They stay the same object, so that columns need not render again. */
export function useColumnHandlers(
	columns: Columns,
	actions: ExplorerActions,
	edit: Interventions['edit'],
	onEnlarge: (column: number) => void,
): ColumnHandlers {
	const latest = useRef(columns);
	useEffect(() => {
		latest.current = columns;
	});
	return useMemo(() => {
		/** The place of a column's run among those shown. */
		const place = (column: number) => (latest.current.beside ? latest.current.focus : column);
		const shownIn = (column: number) => latest.current.shown[place(column)];
		return {
			...actions,
			onEnlarge,
			onFocus: (column) => actions.onFocus(place(column)),
			onChoose: (column, group) => actions.onChoose(place(column), group),
			onToggle: (column, key, edited) => edit(shownIn(column), togglePlace(key, edited)),
		};
	}, [actions, edit, onEnlarge]);
}
