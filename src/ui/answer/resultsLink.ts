/** Links with results. Loaded after the first paint. */
import { BUILD } from '../../experiment/build';
import { changesNothing } from '../../experiment/interventions';
import { withResults } from '../../experiment/resultLink';
import { type Origin, withRuns } from '../../experiment/sentRuns';
import { type InterventionState, NO_RUN_INTERVENTION } from '../../session/client/interventions/interventionStore';
import { curveOf, sentGroups } from '../../session/client/results/sentRuns';
import { baselineOf } from '../../session/client/runs/runGroups';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { list, plural } from '../shared/format';
import { linkOf } from '../shared/linkOf';
import { sharedMeasures } from './seen';

/** This device and page. */
export const originHere = (adapter: LabSnapshot['adapter']): Origin => ({
	adapter: adapter?.name ?? 'unknown',
	kernels: adapter?.kernels ?? 'unknown',
	build: BUILD,
});

/** What the link has no place for: a reader could not train it again. */
export function leftOutText({ runs }: Pick<LabSnapshot, 'runs'>, interventions: InterventionState): string {
	const forks = runs.filter(({ info }) => info.fork !== null).length;
	const lambdas = runs.some(({ info }) => info.lambdaEdits.length > 0);
	const intervened = runs.some(({ info }) => !changesNothing((interventions.runs.get(info.id) ?? NO_RUN_INTERVENTION).intervention));
	const missing = [
		...(forks > 0 ? [`the curves of ${plural(forks, 'fork')}`] : []),
		...(lambdas ? ['runs whose λ was set'] : []),
		...(intervened ? ['interventions'] : []),
	];
	return missing.length > 0 ? `Not in the link: ${list(missing)}.` : '';
}

/** The trained experiment's link with the measurements so far and the runs behind them; null if nothing was started. */
export function resultsLink({ experiment, runs, baseline, adapter }: LabSnapshot): string | null {
	if (!experiment) return null;
	const measures = sharedMeasures(experiment, runs, baselineOf(runs, baseline)?.group ?? null);
	const link = withResults(linkOf(experiment), measures);
	if (measures.length === 0) return link;
	return withRuns(link, { by: originHere(adapter), groups: sentGroups(runs, measures) }, (name, borders) => curveOf(runs, name, borders));
}
