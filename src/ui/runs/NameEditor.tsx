import { useEffect, useRef } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { useClient } from '../shared/useLab';

/** Longest name of a run, characters. */
const MAX_NAME = 60;

/** The run's name being typed: Enter or leaving keeps it, Escape takes it back, nothing at all gives the run its own label. */
export function NameEditor({ run, onDone }: { run: RunView; onDone(): void }) {
	const { store } = useClient();
	const ref = useRef<HTMLInputElement>(null);
	const done = useRef(false);
	useEffect(() => ref.current?.select(), []);
	const finish = (keep: boolean, refocus: boolean) => {
		// Taking the input away makes it lose the focus too: that is not a second answer.
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
				if (event.key === 'Enter' || event.key === 'Escape') finish(event.key === 'Enter', true);
			}}
		/>
	);
}
