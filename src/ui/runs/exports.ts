/** Runs as files. Loaded with the first export. */
import type { LabClient } from '../../session/client/client';
import { curvesCsv, fileOf, runsCsv } from '../../session/client/results/csv';
import type { RunView } from '../../session/client/store/labSnapshot';
import { saveFile } from '../shared/download';

export type ExportKind = 'runs' | 'curves' | 'json';

/** Downloads the runs as a file. Large ones are assembled without blocking the page. */
export async function exportRuns(kind: ExportKind, runs: readonly RunView[], client: LabClient): Promise<void> {
	if (kind === 'json') {
		const pieces = await client.resultsJson();
		if (pieces) saveFile('resformer-lab.json', await fileOf(pieces, 'application/json'));
	} else {
		const pieces = kind === 'runs' ? [runsCsv(runs)] : curvesCsv(runs);
		saveFile(`resformer-lab-${kind}.csv`, await fileOf(pieces, 'text/csv'));
	}
}
