import { useState } from 'react';
import { useClient, useStore } from '../shared/useLab';
import { StoredDialog } from './StoredDialog';
import { spaceText } from './storedText';
import type { ContinueProps } from './useContinue';

/** The space that stored trainings take, and their list; nothing if there are none. */
export default function StoredSpace({ onContinue }: ContinueProps) {
	const state = useStore(useClient().stored);
	const [open, setOpen] = useState(false);
	return (
		<>
			{state.list && state.list.length > 0 && (
				<p className="stored-space muted">
					{spaceText(state)}{' '}
					<button type="button" className="link" onClick={() => setOpen(true)}>
						Stored trainings
					</button>
				</p>
			)}
			{open && <StoredDialog onContinue={onContinue} onClose={() => setOpen(false)} />}
		</>
	);
}
