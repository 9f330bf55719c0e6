import { Term } from '../shared/tip';
import type { Recording } from './fetchRecording';

/** The origin of the runs on the page, until something is trained: its details are behind a mark. */
export function RecordedNote({ recording }: { recording: Recording }) {
	const { source, preset, results } = recording;
	const date = new Date(results.recordedAt).toLocaleDateString('en', { year: 'numeric', month: 'long', day: 'numeric' });
	const where = results.adapter === null ? '' : ` on ${results.adapter}`;
	const own = source === 'own';
	const origin = own ? `Trained${where}, ${date}.` : `Recorded${where}, ${date}, by npm run record -- ${preset}.`;
	return (
		<span className="recorded-note label">
			{own ? 'Your earlier training' : 'Recorded'}{' '}
			<Term text={origin}>
				<span className="info" aria-hidden="true">
					i
				</span>
				<span className="hidden">Origin of these results</span>
			</Term>{' '}
			{own ? 'Press Train to run it again.' : 'Press Train to measure it on your GPU.'}
		</span>
	);
}
