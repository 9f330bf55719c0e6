/** Results of another time or place as runs to look at. Fetched after the first paint, and only where there is room for them. */
import { type Results, readResults } from '../../experiment/results';
import { viewsOf } from '../../session/client/results/runsFromResults';
import type { RunView } from '../../session/client/store/labSnapshot';

export interface Recording {
	/** The visitor's own training, or that of a preset that came with the page. */
	source: 'own' | 'preset';
	preset: string | null;
	results: Results;
	runs: readonly RunView[];
}

/** The visitor's own results, ready to be shown. */
export const ownRecording = (results: Results): Recording => ({ source: 'own', preset: null, results, runs: viewsOf(results) });

/** What the page's files hold for a preset; null where there is no such file, or nothing in it can be read. */
export async function presetRecording(preset: string, signal: AbortSignal): Promise<Recording | null> {
	try {
		const response = await fetch(`recorded/${preset}.json`, { signal });
		// A server may answer with the page itself in place of what it doesn't have.
		if (!response.ok || !response.headers.get('content-type')?.includes('json')) return null;
		const { results } = readResults(await response.json());
		return results && results.runs.length > 0 ? { source: 'preset', preset, results, runs: viewsOf(results) } : null;
	} catch {
		// Nothing depends on it: the page then says what will appear once something is trained.
		return null;
	}
}
