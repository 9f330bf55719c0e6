import { Provenance, provenanceText } from '../shared/Provenance';
import type { Recording } from './fetchRecording';

/** The origin of the runs on the page, until something is trained: its details are behind a mark. */
export function RecordedNote({ recording: { source, results } }: { recording: Recording }) {
	const own = source === 'own';
	return (
		<span className="recorded-note label">
			{own ? ' Your earlier training' : ' Recorded'} <Provenance text={provenanceText(results, own)} />.{' '}
			{own ? 'Press Train to run it again.' : 'Press Train to measure it on your GPU.'}
		</span>
	);
}
