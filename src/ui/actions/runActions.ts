import type { LabClient } from '../../session/client/client';
import type { RunView } from '../../session/client/store/labSnapshot';
import { defineActions } from './action';

export interface RunContext {
	client: LabClient;
	run: RunView;
	/** Starts editing a run's name, or ends it (null). */
	edit(run: string | null): void;
	/** Opens the dialog that forks a run. */
	fork(run: string): void;
	/** Downloads a run's PyTorch project. */
	saveProject(run: RunView): void;
	/** Moves the focus to the same control of the row above (−1) or below (1). */
	moveFocus?(rows: -1 | 1): void;
}

/** Runs that differ from `run` only in their seed, itself included. */
const groupOf = ({ client, run }: RunContext): RunView[] =>
	client.store.getSnapshot().runs.filter(({ info }) => info.group === run.info.group);
const othersOf = ({ client, run }: RunContext): RunView[] =>
	client.store.getSnapshot().runs.filter(({ info }) => info.group !== run.info.group);
const ids = (runs: readonly RunView[]): string[] => runs.map(({ info }) => info.id);
const isBaseline = ({ client, run }: RunContext): boolean => client.store.getSnapshot().baseline === run.info.group;

/** Commands on one run of the table. */
export const RUN_ACTIONS = defineActions<RunContext>()({
	move: {
		label: 'Next row',
		help: 'The same control of the run above or below',
		keys: ['ArrowUp', 'ArrowDown'],
		run: ({ moveFocus }, press) => moveFocus?.(press?.key === 'ArrowUp' ? -1 : 1),
	},
	fork: {
		label: 'Fork',
		hint: 'Continues a copy of this run with one thing changed',
		why: ({ run }) => (run.divergedAt === null ? '' : 'Its weights are NaN.'),
		run: ({ run, fork }) => fork(run.info.id),
	},
	project: {
		label: 'PyTorch project',
		hint: 'Trains this run on one GPU or on a cluster, in a .zip',
		run: ({ run, saveProject }) => saveProject(run),
	},
	rename: {
		label: 'Rename',
		help: 'Rename the run',
		keys: ['F2'],
		run: ({ run, edit }) => edit(run.info.id),
	},
	show: {
		label: ({ run }) => (run.visible ? 'Hide' : 'Show'),
		hint: 'Show in charts and maps',
		run: ({ client, run }) => client.store.show([run.info.id], !run.visible),
	},
	showOnlyGroup: {
		label: 'Show only this group',
		offered: (context) => othersOf(context).length > 0,
		run(context) {
			const { store } = context.client;
			store.show(ids(othersOf(context)), false);
			store.show(ids(groupOf(context)), true);
		},
	},
	pin: {
		label: ({ run }) => `Compare the others with ${run.info.label}`,
		hint: (context) => (isBaseline(context) ? 'The others are compared with this' : 'Compare the others with this'),
		run(context) {
			const { client, run } = context;
			client.store.pin(isBaseline(context) ? null : run.info.group);
		},
	},
	remove: {
		label: 'Remove',
		help: 'Remove the run; Undo restores it',
		keys: ['Delete'],
		run: ({ client, run }) => client.remove([run.info.id]),
	},
	removeGroup: {
		label: (context) => {
			const { length } = groupOf(context);
			return `Remove ${length === 2 ? 'both' : `all ${length}`} seeds of ${context.run.info.label}`;
		},
		offered: (context) => groupOf(context).length > 1,
		run: (context) => context.client.remove(ids(groupOf(context))),
	},
});

export interface NameContext {
	/** Ends editing; `keep` saves the typed name. */
	finish(keep: boolean): void;
}

/** Keys while a run's name is being typed. */
export const NAME_ACTIONS = defineActions<NameContext>()({
	keep: { label: 'Keep the new name', keys: ['Enter'], run: ({ finish }) => finish(true) },
	discard: { label: 'Keep the old name', keys: ['Escape'], run: ({ finish }) => finish(false) },
});

export interface UndoContext {
	client: LabClient;
	/** Number of runs that can be restored. */
	removed: number;
}

export const UNDO_ACTIONS = defineActions<UndoContext>()({
	undo: {
		label: 'Undo',
		hint: 'Restores the removed runs',
		why: ({ removed }) => (removed > 0 ? '' : 'No run was removed.'),
		run: ({ client }) => client.restore(),
	},
});

export interface ExportContext {
	/** The runs were loaded from stored results. */
	recorded: boolean;
	/** A file is being written. */
	busy: boolean;
	save(kind: 'runs' | 'curves' | 'json' | 'project'): void;
}

const whileBusy = ({ busy }: ExportContext): string => (busy ? 'The last file is still being written.' : '');

export const EXPORT_ACTIONS = defineActions<ExportContext>()({
	runs: { label: 'Runs as CSV', why: whileBusy, run: ({ save }) => save('runs') },
	curves: { label: 'Curves as CSV', why: whileBusy, run: ({ save }) => save('curves') },
	all: {
		label: 'Everything as JSON',
		why: whileBusy,
		// Recorded runs came from such a file.
		offered: ({ recorded }) => !recorded,
		run: ({ save }) => save('json'),
	},
	project: {
		label: 'All as a PyTorch project',
		hint: 'Trains the same runs on one GPU or on a cluster, in a .zip',
		why: whileBusy,
		run: ({ save }) => save('project'),
	},
});
