/** Curves of files among the charts'. Loaded with the first file. */
import { defaultExperiment } from '../../experiment/fields';
import { parseMethod } from '../../experiment/methods/names';
import type { Experiment } from '../../experiment/types';
import type { LabClient } from '../../session/client/client';
import { type ForeignRun, readCurves } from '../../session/client/results/readCurves';
import { drawnRun, keptSeries } from '../../session/client/results/sentRuns';
import { EMPTY_SERIES } from '../../session/client/runs/lossSeries';
import type { RunView } from '../../session/client/store/labSnapshot';
import { setGuestRuns } from './guestRuns';

/** Draws the runs of CSV and JSON Lines files, dashed. A file that can't be read is named at the top of the page, with the reason. */
export async function addCurves(files: readonly File[], client: LabClient): Promise<void> {
	for (const file of files) {
		try {
			const experiment = client.store.getSnapshot().experiment ?? defaultExperiment();
			const runs = readCurves(file.name, await file.text()).map((run) => guestOf(file.name, run, experiment));
			setGuestRuns(file.name, runs);
		} catch (error) {
			client.store.notify('error', `No curves were read from ${file.name}: ${error instanceof Error ? error.message : error}.`);
		}
	}
}

/** Lets the user choose files. */
export function chooseCurves(client: LabClient): void {
	const input = document.createElement('input');
	input.type = 'file';
	input.accept = '.csv,.tsv,.jsonl,.ndjson';
	input.multiple = true;
	input.onchange = () => void addCurves([...(input.files ?? [])], client);
	input.click();
}

/** Without training losses, the line is that of the validation losses. */
function guestOf(file: string, { name, method, seed, losses, history }: ForeignRun, experiment: Experiment): RunView {
	const validation = history.flatMap(({ step, metrics }) =>
		typeof metrics.validationLoss === 'number' ? [{ step, loss: metrics.validationLoss }] : [],
	);
	const points = losses.length > 0 ? losses : validation;
	const length = points[points.length - 1].step + 1;
	let sum = 0;
	const summed = points.map((point, i) => {
		// Between the steps of a file the loss is that of the last one.
		if (i > 0) sum += points[i - 1].loss * (point.step - points[i - 1].step);
		return { ...point, sum };
	});
	const known = method !== null && parseMethod(method).ok;
	const label = `${name}, ${losses.length > 0 ? '' : 'validation, '}${file}`;
	const steps = Math.max(length, history.at(-1)?.step ?? 0);
	const of = { method: known ? method : 'file', group: `file:${file}:${name}`, label, seed };
	return drawnRun(of, points.length > 0 ? keptSeries(summed, length) : EMPTY_SERIES, history, { ...experiment, steps, seeds: [seed] });
}
