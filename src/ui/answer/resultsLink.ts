/** Links with results. Loaded after the first paint. */
import { BUILD } from '../../experiment/build';
import { withResults } from '../../experiment/resultLink';
import { type Origin, withRuns } from '../../experiment/sentRuns';
import { curveOf, sentGroups } from '../../session/client/results/sentRuns';
import { baselineOf } from '../../session/client/runs/runGroups';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { linkOf } from '../shared/linkOf';
import { sharedMeasures } from './seen';

/** This device and page. */
export const originHere = (adapter: LabSnapshot['adapter']): Origin => ({
	adapter: adapter?.name ?? 'unknown',
	kernels: adapter?.kernels ?? 'unknown',
	build: BUILD,
});

/** The trained experiment's link with the measurements so far and the runs behind them; null if nothing was started. */
export function resultsLink({ experiment, runs, baseline, adapter }: LabSnapshot): string | null {
	if (!experiment) return null;
	const measures = sharedMeasures(experiment, runs, baselineOf(runs, baseline)?.group ?? null);
	const link = withResults(linkOf(experiment), measures);
	if (measures.length === 0) return link;
	return withRuns(link, { by: originHere(adapter), groups: sentGroups(runs, measures) }, (name, borders) => curveOf(runs, name, borders));
}
