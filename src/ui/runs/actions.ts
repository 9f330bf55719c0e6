import type { LabClient } from '../../session/client/client';
import type { RunView } from '../../session/client/store/labSnapshot';
import type { MenuItem } from '../shared/Menu';

/** What a row of the table can do. The same object for as long as the table is there, so that rows need not be drawn again. */
export interface RunActions {
	/** Compares the others with this group; the group that is pinned already is let go. */
	pin(group: string): void;
	remove(runs: readonly string[]): void;
	/** Begins to type a run's name; null = ends it. */
	edit(run: string | null): void;
	menuOf(run: RunView): MenuItem[];
}

interface Page {
	edit(run: string | null): void;
	/** Opens the dialog that forks a run. */
	fork(run: string): void;
}

/** Actions on `client`, with the page's part in them. */
export function runActions(client: LabClient, page: Page): RunActions {
	const { store } = client;
	const sameGroup = (run: RunView) => store.getSnapshot().runs.filter(({ info }) => info.group === run.info.group);
	const ids = (runs: readonly RunView[]) => runs.map(({ info }) => info.id);
	const actions: RunActions = {
		pin: (group) => store.pin(store.getSnapshot().baseline === group ? null : group),
		remove: (runs) => client.remove(runs),
		edit: page.edit,
		menuOf(run) {
			const group = sameGroup(run);
			const others = store.getSnapshot().runs.filter(({ info }) => info.group !== run.info.group);
			return [
				{
					label: 'Fork',
					act: () => page.fork(run.info.id),
					why: run.divergedAt === null ? undefined : 'Its weights are no numbers any more.',
				},
				{ label: 'Rename', act: () => page.edit(run.info.id) },
				...(others.length > 0
					? [
							{
								label: 'Show only this group',
								act() {
									store.show(ids(others), false);
									store.show(ids(group), true);
								},
							},
						]
					: []),
				{ label: 'Remove', act: () => client.remove([run.info.id]) },
				...(group.length > 1
					? [
							{
								label: `Remove ${group.length === 2 ? 'both' : `all ${group.length}`} seeds of ${run.info.label}`,
								act: () => client.remove(ids(group)),
							},
						]
					: []),
			];
		},
	};
	return actions;
}
