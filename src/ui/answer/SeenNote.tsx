import type { SharedMeasure } from '../../experiment/resultLink';
import { seenSentence } from './seen';

/** Results that the sender of the opened link saw, next to those measured here. */
export function SeenNote({ seen, onDismiss }: { seen: readonly SharedMeasure[]; onDismiss(): void }) {
	return (
		<div className="seen-note">
			<p>
				<strong>The link’s sender saw:</strong> {seen.map(seenSentence).join(' ')}
			</p>
			<button type="button" className="quiet" aria-label="Dismiss what the sender saw" onClick={onDismiss}>
				×
			</button>
		</div>
	);
}
