import { readResults } from '../../experiment/readResults';
import type { Results } from '../../experiment/results';

/** The recorded results of a question or preset. Null if the page has no such file or cannot read it. */
export async function fetchResults(name: string, signal?: AbortSignal): Promise<Results | null> {
	try {
		const response = await fetch(`recorded/${name}.json`, { signal });
		// Some servers answer with index.html for a missing file.
		if (!response.ok || !response.headers.get('content-type')?.includes('json')) return null;
		const { results } = readResults(await response.json());
		return results && results.runs.length > 0 ? results : null;
	} catch {
		// Not needed: the page then describes what training will show.
		return null;
	}
}
