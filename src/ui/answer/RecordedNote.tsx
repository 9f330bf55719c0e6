import { Provenance, provenanceText } from '../shared/Provenance';
import { useLab } from '../shared/useLab';
import type { Recording } from './fetchRecording';

/** The origin of the runs on the page, until something is trained: its details are behind a mark. */
export function RecordedNote({ recording: { source, results } }: { recording: Recording }) {
	const own = source === 'own';
	const canTrain = useLab().unavailable === null;
	const next = own ? 'Its curves are kept, its models are gone: press Train to run it again.' : 'Press Train to measure it on your GPU.';
	return (
		<span className="recorded-note label">
			{own ? ' Your earlier training' : ' Recorded'} <Provenance text={provenanceText(results, own)} />.{' '}
			{canTrain ? next : 'To train it here you need WebGPU, which a current Chrome or Edge has.'}
		</span>
	);
}
