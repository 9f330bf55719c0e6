import { useEffect, useRef } from 'react';
import type { LabSnapshot, RunView } from '../../session/client/store/labSnapshot';
import { plural } from '../shared/format';
import { useClient } from '../shared/useLab';

interface Props {
	removed: LabSnapshot['removed'];
	/** Those that the table shows now. */
	runs: readonly RunView[];
}

/** What was removed last, until something else is removed or started, and the way back. */
export function UndoBar({ removed, runs }: Props) {
	const client = useClient();
	const button = useRef<HTMLButtonElement>(null);
	const answered = useRef(removed);
	useEffect(() => {
		const gone = !runs.some(({ info }) => removed.some(({ id }) => id === info.id));
		if (answered.current === removed || !gone) return;
		answered.current = removed;
		// The row that had the focus is gone with its run: the next key is meant for this.
		if (removed.length > 0 && document.activeElement === document.body) button.current?.focus();
	}, [removed, runs]);
	const restore = () => {
		client.restore();
		button.current?.closest('.runs')?.querySelector<HTMLElement>('.table-scroll')?.focus();
	};
	return (
		<div className="undo-bar" role="status">
			{removed.length > 0 && (
				<>
					<span>{removed.length === 1 ? `${removed[0].name} is removed.` : `${plural(removed.length, 'run')} removed.`}</span>
					<button type="button" ref={button} onClick={restore}>
						Undo
					</button>
				</>
			)}
		</div>
	);
}
