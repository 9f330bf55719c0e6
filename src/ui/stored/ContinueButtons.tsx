import type { StoredSummary } from '../../session/client/stored/rows';

interface Props {
	training: StoredSummary;
	/** A stored training is being opened. */
	busy: boolean;
	onOpen(training: StoredSummary, paused: boolean): void;
}

/** Continues a stored training, or opens it without training on. One that has finished is only opened. */
export function ContinueButtons({ training, busy, onOpen }: Props) {
	const open = training.step >= training.steps;
	return (
		<>
			<button type="button" disabled={busy} onClick={() => onOpen(training, false)}>
				{busy ? 'Opening' : open ? 'Open' : 'Continue'}
			</button>
			{!open && (
				<button
					type="button"
					className="quiet"
					disabled={busy}
					title="Opens it to look at, and trains on when you press Resume"
					onClick={() => onOpen(training, true)}
				>
					Open paused
				</button>
			)}
		</>
	);
}
