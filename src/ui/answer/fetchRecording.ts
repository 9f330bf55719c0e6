/** Stored results as runs to show. Loaded after the first paint. */
import type { Results } from '../../experiment/results';
import { runsFromResults } from '../../session/client/results/runsFromResults';
import type { RunView } from '../../session/client/store/labSnapshot';
import { fetchResults } from '../shared/fetchResults';

export interface Recording {
	/** `own`: the user's last training. `preset`: a file that is part of the page. */
	source: 'own' | 'preset';
	results: Results;
	runs: readonly RunView[];
}

/** The user's own results as runs. */
export const ownRecording = (results: Results): Recording => ({ source: 'own', results, runs: runsFromResults(results) });

/** The recorded results of a preset as runs. Null if the page has no such file or cannot read it. */
export async function presetRecording(preset: string, signal: AbortSignal): Promise<Recording | null> {
	const results = await fetchResults(preset, signal);
	return results && { source: 'preset', results, runs: runsFromResults(results) };
}
