import type { LabClient } from '../../session/client/client';
import type { RunView } from '../../session/client/store/labSnapshot';
import type { ExportKind } from './exports';

/** Downloads runs as files. A failure is shown at the top of the page. */
export async function exportFiles(kind: ExportKind, runs: readonly RunView[], client: LabClient): Promise<void> {
	try {
		const files = await import('./exports');
		await files.exportRuns(kind, runs, client);
	} catch (error) {
		client.store.notify('error', `The file could not be written: ${error instanceof Error ? error.message : error}.`);
	}
}
