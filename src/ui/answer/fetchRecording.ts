/** Stored results as runs to show. Loaded after the first paint. */
import { readResults } from '../../experiment/readResults';
import type { Results } from '../../experiment/results';
import { runsFromResults } from '../../session/client/results/runsFromResults';
import type { RunView } from '../../session/client/store/labSnapshot';

export interface Recording {
	/** `own`: the user's last training. `preset`: a file that is part of the page. */
	source: 'own' | 'preset';
	preset: string | null;
	results: Results;
	runs: readonly RunView[];
}

/** The user's own results as runs. */
export const ownRecording = (results: Results): Recording => ({ source: 'own', preset: null, results, runs: runsFromResults(results) });

/** The recorded results of a preset. Null if the page has no such file or cannot read it. */
export async function presetRecording(preset: string, signal: AbortSignal): Promise<Recording | null> {
	try {
		const response = await fetch(`recorded/${preset}.json`, { signal });
		// Some servers answer with index.html for a missing file.
		if (!response.ok || !response.headers.get('content-type')?.includes('json')) return null;
		const { results } = readResults(await response.json());
		return results && results.runs.length > 0 ? { source: 'preset', preset, results, runs: runsFromResults(results) } : null;
	} catch {
		// Not needed: the page then describes what training will show.
		return null;
	}
}
