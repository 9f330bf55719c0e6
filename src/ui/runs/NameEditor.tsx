import { useEffect, useRef } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { handleKey } from '../actions/action';
import { NAME_ACTIONS } from '../actions/runActions';
import { useClient } from '../shared/useLab';

/** Most characters of a run's name. */
const MAX_NAME = 60;

/** Edits a run's name. Enter or leaving keeps it, Escape discards it, an empty name restores the run's label. */
export function NameEditor({ run, onDone }: { run: RunView; onDone(): void }) {
	const { store } = useClient();
	const ref = useRef<HTMLInputElement>(null);
	const done = useRef(false);
	useEffect(() => ref.current?.select(), []);
	const finish = (keep: boolean, refocus: boolean) => {
		// Removing the input also blurs it, which must not finish a second time.
		if (done.current) return;
		done.current = true;
		const row = ref.current?.closest('tr');
		const typed = ref.current?.value.trim() ?? '';
		if (keep && typed !== run.name) store.rename(run.info.id, typed === run.info.label ? '' : typed);
		onDone();
		if (refocus) requestAnimationFrame(() => row?.querySelector<HTMLElement>('.run-name')?.focus());
	};
	return (
		<input
			ref={ref}
			className="name-editor"
			aria-label={`Name of ${run.info.label}, seed ${run.info.seed}`}
			defaultValue={run.name}
			maxLength={MAX_NAME}
			autoComplete="off"
			spellCheck={false}
			onBlur={() => finish(true, false)}
			onKeyDown={(event) => {
				event.stopPropagation();
				handleKey(NAME_ACTIONS, { finish: (keep) => finish(keep, true) }, event);
			}}
		/>
	);
}
