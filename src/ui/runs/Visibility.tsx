/**
 * Checkboxes for the runs that charts and maps show. They read the store itself: the rest of the table is rendered a
 * moment later than the controls, and a checkbox must answer at once.
 */

import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { RunInfo } from '../../experiment/records/run';
import { useClient } from '../shared/useLab';

/** Shows or hides one run. */
export function ShowRun({ info, title }: { info: RunInfo; title: string }) {
	const { store } = useClient();
	const visible = useSyncExternalStore(
		store.subscribe,
		() => store.getSnapshot().runs.find((run) => run.info.id === info.id)?.visible ?? true,
	);
	return (
		<input
			type="checkbox"
			checked={visible}
			onChange={(event) => store.show([info.id], event.target.checked)}
			aria-label={`Show ${title} in charts and maps`}
			title="Show in charts and maps"
		/>
	);
}

/** Shows or hides all runs. */
export function ShowAll() {
	const { store } = useClient();
	const box = useRef<HTMLInputElement>(null);
	const shown = useSyncExternalStore(store.subscribe, () => {
		const { runs } = store.getSnapshot();
		const count = runs.filter(({ visible }) => visible).length;
		return count === runs.length ? 'all' : count > 0 ? 'some' : 'none';
	});
	useEffect(() => {
		if (box.current) box.current.indeterminate = shown === 'some';
	}, [shown]);
	const toggle = () =>
		store.show(
			store.getSnapshot().runs.map(({ info }) => info.id),
			shown !== 'all',
		);
	return (
		<input
			type="checkbox"
			ref={box}
			checked={shown === 'all'}
			onChange={toggle}
			aria-label="Show all runs in charts and maps"
			title="Show all in charts and maps, or none"
		/>
	);
}
