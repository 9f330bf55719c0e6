import { useEffect, useRef } from 'react';
import type { LabSnapshot, RunView } from '../../session/client/store/labSnapshot';
import { labelOf, perform, titleOf } from '../actions/action';
import { UNDO_ACTIONS, type UndoContext } from '../actions/runActions';
import { plural } from '../shared/format';
import { useClient } from '../shared/useLab';

const { undo } = UNDO_ACTIONS;

interface Props {
	removed: LabSnapshot['removed'];
	/** The runs that the table shows. */
	runs: readonly RunView[];
}

/** Names the runs removed last, with Undo, until other runs are removed or started. */
export function UndoBar({ removed, runs }: Props) {
	const client = useClient();
	const button = useRef<HTMLButtonElement>(null);
	const answered = useRef(removed);
	useEffect(() => {
		const gone = !runs.some(({ info }) => removed.some(({ id }) => id === info.id));
		if (answered.current === removed || !gone) return;
		answered.current = removed;
		// The focused row was removed with its run.
		if (removed.length > 0 && document.activeElement === document.body) button.current?.focus();
	}, [removed, runs]);
	const context: UndoContext = { client, removed: removed.length };
	const restore = () => {
		perform(undo, context);
		button.current?.closest('.runs')?.querySelector<HTMLElement>('.table-scroll')?.focus();
	};
	return (
		<div className="undo-bar" role="status">
			{removed.length > 0 && (
				<>
					<span>{removed.length === 1 ? `${removed[0].name} was removed.` : `${plural(removed.length, 'run')} removed.`}</span>
					<button type="button" ref={button} title={titleOf(undo, context)} onClick={restore}>
						{labelOf(undo, context)}
					</button>
				</>
			)}
		</div>
	);
}
