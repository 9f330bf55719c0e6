/** Every table of actions, by the place on the page where its keys act: the help lists them in this order. */
import type { Action, Actions } from './action';
import { GRID_ACTIONS, MAP_ACTIONS, SINK_TIMELINE_ACTIONS, TIME_ACTIONS } from './attentionActions';
import { CHART_ACTIONS, GRID_MAP_ACTIONS } from './chartActions';
import { GPU_ACTIONS } from './gpuActions';
import { PROFILE_ACTIONS } from './profileActions';
import { EXPORT_ACTIONS, NAME_ACTIONS, RUN_ACTIONS, UNDO_ACTIONS } from './runActions';
import { SHARE_ACTIONS } from './shareActions';
import { SWEEP_ACTIONS } from './sweepActions';
import { TRAINING_ACTIONS } from './trainingActions';
import { VIEW_ACTIONS } from './viewActions';
import { NUMBER_ACTIONS, WRITING_ACTIONS } from './writingActions';

export interface Place {
	title: string;
	/** Tables whose keys act here at the same time. */
	tables: readonly Actions<never>[];
}

export const PLACES: readonly Place[] = [
	{ title: 'Everywhere', tables: [TRAINING_ACTIONS, VIEW_ACTIONS, TIME_ACTIONS] },
	{ title: 'In a chart', tables: [CHART_ACTIONS] },
	{ title: 'In the chart of a sweep', tables: [SWEEP_ACTIONS] },
	{ title: 'In a map of all layers', tables: [GRID_MAP_ACTIONS] },
	{ title: 'Among the small maps', tables: [GRID_ACTIONS] },
	{ title: 'In an open map', tables: [MAP_ACTIONS] },
	{ title: 'In the map of sinks', tables: [SINK_TIMELINE_ACTIONS] },
	{ title: 'In the table of runs', tables: [RUN_ACTIONS, UNDO_ACTIONS, EXPORT_ACTIONS] },
	{ title: 'While renaming a run', tables: [NAME_ACTIONS] },
	{ title: 'In the prompt', tables: [WRITING_ACTIONS] },
	{ title: 'In a field with a whole number', tables: [NUMBER_ACTIONS] },
	{ title: 'In menus and dialogs that have no keys', tables: [SHARE_ACTIONS, GPU_ACTIONS, PROFILE_ACTIONS] },
];

/** The actions of a place that have keys. */
export const keyedActions = ({ tables }: Place): Action<never>[] =>
	tables.flatMap((table) => Object.values(table)).filter(({ keys = [] }) => keys.length > 0);
