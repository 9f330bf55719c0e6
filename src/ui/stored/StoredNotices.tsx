import { useState } from 'react';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import type { StoredState } from '../../session/client/stored/storedState';
import { plural } from '../shared/format';
import { useClient, useStore } from '../shared/useLab';
import { ContinueButtons } from './ContinueButtons';
import { StoredDialog } from './StoredDialog';
import { canContinue, progressOf, timeOf, titleOf } from './storedText';
import { type ContinueProps, useContinue } from './useContinue';

const PROBLEMS: Record<NonNullable<StoredState['problem']>, string> = {
	full: 'The browser’s storage is full: this training is no longer stored, and a reload loses its latest steps.',
	refused: 'The browser refuses to store this training: a reload loses it.',
	large: 'This training is too large to be stored as a whole: a reload loses some of its runs.',
};

/** The offer to continue the latest stored training while nothing trains, and a warning if the present one is not stored. */
export default function StoredNotices({ lab, onContinue }: ContinueProps & { lab: LabSnapshot }) {
	const { stored } = useClient();
	const { list, problem, busy } = useStore(stored);
	const [open, setOpen] = useState(false);
	const [dismissed, setDismissed] = useState(false);
	const go = useContinue({ onContinue });
	const shown = lab.state === 'idle' && lab.pending === null && lab.workerStopped === null && !dismissed;
	const offered = shown ? list?.find(canContinue) : undefined;
	const elsewhere = shown ? (list?.filter((each) => each.elsewhere).length ?? 0) : 0;
	return (
		<div className="notices" role="status">
			{(offered || elsewhere > 0) && (
				<div className="notice">
					<p>
						{offered && (
							<>
								<strong>A training of yours is stored:</strong> {titleOf(offered)}, {progressOf(offered)}, {timeOf(offered)}.{' '}
							</>
						)}
						{elsewhere > 0 &&
							`${plural(elsewhere, 'stored training')} ${elsewhere === 1 ? 'is' : 'are'} open in another tab. Only that tab can continue or change it.`}
					</p>
					{offered && <ContinueButtons training={offered} busy={busy} onOpen={go} />}
					<button type="button" className="quiet" aria-label="Dismiss the stored training" onClick={() => setDismissed(true)}>
						×
					</button>
				</div>
			)}
			{problem && (
				<div className="notice warning">
					<p>{PROBLEMS[problem]}</p>
					<button type="button" onClick={() => setOpen(true)}>
						Stored trainings
					</button>
				</div>
			)}
			{open && <StoredDialog onContinue={onContinue} onClose={() => setOpen(false)} />}
		</div>
	);
}
