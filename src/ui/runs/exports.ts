/** Runs as files. Loaded with the first export. */
import { packZip, projectName } from '../../session/client/checkpoint/checkpointFiles';
import type { LabClient } from '../../session/client/client';
import { curvesCsv, fileOf, runsCsv } from '../../session/client/results/csv';
import type { RunView } from '../../session/client/store/labSnapshot';
import { downloadBytes, saveFile } from '../shared/download';
import { linkOf } from '../shared/linkOf';
import { addressOf } from '../shared/openedLink';

export type ExportKind = 'runs' | 'curves' | 'json' | 'project';

/**
 * Downloads a PyTorch project of some runs, which trains them on one device or many. The worker's message is at the top of the page if it
 * refuses.
 */
export async function saveProject(runs: readonly RunView[], client: LabClient): Promise<void> {
	const [{ info, recorded }] = runs;
	const experiment = runs.length > 1 ? client.store.getSnapshot().experiment : info.experiment;
	// Of recorded runs, the page's address has the experiment.
	const link = experiment && !recorded ? addressOf(linkOf(experiment)) : location.href;
	const made = runs.map((run) => ({ id: run.info.id, experiment: run.info.experiment }));
	const files = await client.project({ runs: made, present: !recorded, link }).catch(() => null);
	if (!files) return;
	const name = runs.length > 1 ? 'resformer-lab-pytorch' : projectName(info.method, info.seed);
	downloadBytes(`${name}.zip`, 'application/zip', await packZip(files, name));
}

/** Downloads the runs as a file. Large ones are assembled without blocking the page. */
export async function exportRuns(kind: ExportKind, runs: readonly RunView[], client: LabClient): Promise<void> {
	if (kind === 'project') {
		await saveProject(runs, client);
	} else if (kind === 'json') {
		const pieces = await client.resultsJson();
		if (pieces) saveFile('resformer-lab.json', await fileOf(pieces, 'application/json'));
	} else {
		const pieces = kind === 'runs' ? [runsCsv(runs)] : curvesCsv(runs);
		saveFile(`resformer-lab-${kind}.csv`, await fileOf(pieces, 'text/csv'));
	}
}
