import { PRESETS } from '../../experiment/presets';
import type { Experiment } from '../../experiment/types';
import type { Recording } from './fetchRecording';

/** The origin of the runs on the page, until something is trained. */
export function RecordedNote({ recording, onPreset }: { recording: Recording; onPreset(experiment: Experiment): void }) {
	const { source, preset, results } = recording;
	const date = new Date(results.recordedAt).toLocaleDateString('en', { year: 'numeric', month: 'long', day: 'numeric' });
	const where = results.adapter === null ? '' : ` on ${results.adapter}`;
	return (
		<p className="recorded-note label">
			{source === 'own' ? (
				<>
					Your training of {date}
					{where}. Press Train to run it yourself.
				</>
			) : (
				<>
					Recorded{where}, {date}, by <code className="mono">npm run record -- {preset}</code>. Press Train to measure it on your GPU.
					{PRESETS.filter((other) => other.recorded && other.name !== preset).map((other) => (
						<span key={other.name}>
							{' '}
							Also answered:{' '}
							<button type="button" className="link" onClick={() => onPreset(structuredClone(other.experiment))}>
								{other.question}
							</button>
						</span>
					))}
				</>
			)}
		</p>
	);
}
