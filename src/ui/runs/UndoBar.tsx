import { useEffect, useRef } from 'react';
import { plural } from '../format';
import { useClient } from '../lab';

/** What was removed last, until something else is removed or started, and the way back. */
export function UndoBar({ removed }: { removed: readonly { id: string; name: string }[] }) {
	const client = useClient();
	const button = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		// The row that had the focus is gone with its run: the next key is meant for this.
		if (removed.length > 0 && document.activeElement === document.body) button.current?.focus();
	}, [removed]);
	return (
		<div className="undo-bar" role="status">
			{removed.length > 0 && (
				<>
					<span>{removed.length === 1 ? `${removed[0].name} is removed.` : `${plural(removed.length, 'run')} removed.`}</span>
					<button type="button" ref={button} onClick={() => client.restore()}>
						Undo
					</button>
				</>
			)}
		</div>
	);
}
