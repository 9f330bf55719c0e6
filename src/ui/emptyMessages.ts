import { countRuns } from '../experiment/runs';
import type { Experiment } from '../experiment/types';
import type { LabSnapshot } from '../session/client/store/labSnapshot';
import { plural } from './shared/format';

/** Messages of empty panels: what will appear there, and when. */
export function emptyMessages(lab: LabSnapshot, experiment: Experiment): { loss: string; attention: string; runs: string } {
	const starting = lab.pending === 'start' || lab.state === 'compiling';
	const when = starting ? 'when the kernels are compiled' : 'after you press Train';
	return {
		loss: `One line per run appears here ${when}: the training loss of each step, and the validation loss${experiment.validateEvery > 0 ? ` every ${plural(experiment.validateEvery, 'step')}` : ' at the end'}.`,
		attention:
			experiment.probeEvery === 0
				? 'Attention is not recorded: “Probe every” is 0.'
				: `A map for each of ${plural(experiment.layers, 'layer')} and ${plural(experiment.heads, 'head')} appears here ${when}, and again every ${plural(experiment.probeEvery, 'step')}. Each row shows what one token attends to.`,
		runs: `${plural(countRuns(experiment), 'run')} will be listed here ${when}.`,
	};
}
