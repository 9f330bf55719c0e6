/** Links with results. Loaded after the first paint. */
import { BUILD } from '../../experiment/build';
import { changesNothing } from '../../experiment/interventions';
import { linkProblems } from '../../experiment/link';
import { readSeen, withResults } from '../../experiment/resultLink';
import { type Origin, readSentRuns, type SentGroup, withRuns } from '../../experiment/sentRuns';
import { type InterventionState, NO_RUN_INTERVENTION } from '../../session/client/interventions/interventionStore';
import { curvesOf, sentGroups } from '../../session/client/results/sentRuns';
import { baselineOf } from '../../session/client/runs/runGroups';
import type { LabSnapshot, RunView } from '../../session/client/store/labSnapshot';
import { list, plural } from '../shared/format';
import { type CopiedLink, linkOf } from '../shared/linkOf';
import { sharedMeasures } from './seen';

/** This device and page. */
export const originHere = (adapter: LabSnapshot['adapter']): Origin => ({
	adapter: adapter?.name ?? 'unknown',
	kernels: adapter?.kernels ?? 'unknown',
	build: BUILD,
});

interface Context {
	interventions: InterventionState;
	/** The runs started from a checkpoint, which no link holds. */
	fromCheckpoint: boolean;
}

/** The trained experiment's link with the measurements so far and the runs behind them; null if nothing was started. */
export function resultsLink(lab: LabSnapshot, { interventions, fromCheckpoint }: Context): CopiedLink | null {
	const { experiment, runs, baseline, adapter } = lab;
	if (!experiment) return null;
	const plain = withResults(linkOf(experiment), sharedMeasures(experiment, runs, baselineOf(runs, baseline)?.group ?? null));
	// Those that fitted: the values of each run are in their order.
	const measures = readSeen(plain).seen;
	const repeatable = measures.length > 0 && !fromCheckpoint && linkProblems(experiment).length === 0;
	const groups = repeatable ? sentGroups(runs, measures, experiment) : [];
	const hash = withRuns(plain, { by: originHere(adapter), groups }, curvesOf(runs, experiment));
	const unfitting = countRuns(groups) - countRuns(readSentRuns(hash).sent?.groups ?? []);
	const missing = [
		...(fromCheckpoint ? ['the checkpoint that the runs started from'] : []),
		...missingRuns(runs, experiment.sweep !== undefined),
		...(unfitting > 0 ? [`${plural(unfitting, 'run')} for which there is no room`] : []),
		...(runs.some((run) => isIntervened(run, interventions)) ? ['interventions'] : []),
	];
	return { hash, leftOut: missing.length > 0 ? `Not in the link: ${list(missing)}.` : '' };
}

const countRuns = (groups: readonly SentGroup[]) => groups.reduce((sum, { runs }) => sum + runs.length, 0);

const isIntervened = ({ info }: RunView, interventions: InterventionState): boolean =>
	!changesNothing((interventions.runs.get(info.id) ?? NO_RUN_INTERVENTION).intervention);

/** Runs that a reader of the link could not train again or compare. */
function missingRuns(runs: readonly RunView[], sweep: boolean): string[] {
	const unforked = runs.filter(({ info }) => info.fork === null);
	const isUnfinished = ({ finished, divergedAt }: RunView) => sweep && !finished && divergedAt === null;
	const kinds: [RunView[], (count: number) => string][] = [
		[runs.filter(({ info }) => info.fork !== null), (count) => `the curves of ${plural(count, 'fork')}`],
		[unforked.filter(({ info }) => info.lambdaEdits.length > 0), (count) => `${plural(count, 'run')} whose λ was set`],
		[unforked.filter(({ divergedAt }) => divergedAt !== null), (count) => `${plural(count, 'run')} that diverged`],
		[unforked.filter(isUnfinished), (count) => `${plural(count, 'run')} that ${count === 1 ? 'has' : 'have'} not finished`],
	];
	return kinds.flatMap(([runs, text]) => (runs.length > 0 ? [text(runs.length)] : []));
}
