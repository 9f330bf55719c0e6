/** Comparison of each group with the baseline: docs/METHODS.md section 3. Plain functions. */
import { equalLossSaving } from '../../experiment/compare';
import type { CriticalPoint } from '../../experiment/criticalPoint';
import type { RunStyle } from '../../experiment/methods/descriptor';
import { mean, type PairedDifference, pairedDifference } from '../../experiment/statistics';
import { criticalPointOf, isApproximate } from '../../session/client/runs/criticalPoints';
import { baselineRunOf, sameTask } from '../../session/client/runs/pairing';
import { tokensAt } from '../../session/client/runs/runGroups';
import type { RunView } from '../../session/client/store/labSnapshot';
import { commonSteps, lossCurve, measuredPoints } from './curves';
import { type ChartGroup, chartGroups } from './groups';
import type { Quantity } from './quantities';

export interface Verdict {
	group: string;
	label: string;
	style: RunStyle;
	/** Seeds that have taken a step. */
	seeds: number;
	/** Paired by seed; null for the baseline itself, and if no seed has both. */
	difference: PairedDifference | null;
	/** The step that is compared; null without a difference. */
	step: number | null;
	/** Critical points of the relative loss, one per finished seed; empty for other quantities. */
	critical: readonly CriticalPoint[];
	/** Runs whose relative loss is known at some steps only; 0 for other quantities. */
	approximate: number;
	/** Share of the baseline's tokens that it saves for the same loss; null if it is not defined. */
	saving: number | null;
}

export interface Verdicts {
	/** Name of the measurement that is compared, or `loss` for the training loss before the first validation. */
	measure: string;
	verdicts: Verdict[];
}

/** Steps that the training loss is averaged over, before there is a validation loss. */
const TRAINING_WINDOW = 100;

/** The verdict on every visible group, from the last value of `quantity` that all paired seeds have (validation loss for losses). */
export function verdictsOf(runs: readonly RunView[], baseline: string | null, quantity: Quantity): Verdicts {
	const groups = chartGroups(runs.filter(({ visible }) => visible));
	const losses = quantity === 'loss' || quantity === 'relative';
	const validated = runs.some((run) => measuredPoints(run, 'validationLoss').steps.length > 0);
	const measure = !losses ? quantity : validated ? 'validationLoss' : 'loss';
	return {
		measure,
		verdicts: groups.map((group) => {
			const { group: key, label, style } = group;
			const pairs = key === baseline ? [] : pairsOf(group, runs, baseline);
			const found = quantity === 'gradient' ? null : differenceOf(pairs, measure);
			const relative = quantity === 'relative' ? group.runs.map((run) => [run, baselineRunOf(run, runs, baseline)] as const) : [];
			return {
				group: key,
				label,
				style,
				seeds: group.runs.filter(({ series }) => series.length > 0).length,
				difference: found?.difference ?? null,
				step: found?.step ?? null,
				critical: relative.flatMap(([run, other]) => criticalPointOf(run, other) ?? []),
				approximate: relative.filter(([run, other]) => isApproximate(run, other)).length,
				saving: losses ? savingOf(pairs, runs) : null,
			};
		}),
	};
}

type Pair = readonly [run: RunView, baseline: RunView];

/** Runs paired with the baseline's run of the same seed, without runs that diverged. */
function pairsOf(group: ChartGroup, runs: readonly RunView[], baseline: string | null): Pair[] {
	return group.runs.flatMap((run) => {
		const other = baselineRunOf(run, runs, baseline, sameTask);
		return other && run.divergedAt === null && other.divergedAt === null ? [[run, other] as const] : [];
	});
}

function differenceOf(pairs: readonly Pair[], measure: string): { difference: PairedDifference; step: number } | null {
	const started = pairs.filter((pair) => pair.every(({ series }) => series.length > series.first));
	return measure === 'loss' ? trainingDifference(started) : measuredDifference(started, measure);
}

function trainingDifference(pairs: readonly Pair[]): { difference: PairedDifference; step: number } | null {
	const step = Math.min(...pairs.flat().map(({ series }) => series.length)) - 1;
	const at = (run: RunView) => {
		const curve = lossCurve(run, TRAINING_WINDOW);
		return step >= curve.from ? curve.at(curve.kept(step)) : Number.NaN;
	};
	const differences = pairs.map(([run, other]) => at(run) - at(other)).filter(Number.isFinite);
	return differences.length > 0 ? { difference: pairedDifference(differences), step } : null;
}

function measuredDifference(pairs: readonly Pair[], measure: string): { difference: PairedDifference; step: number } | null {
	const there = pairs.filter((pair) => pair.every((run) => measuredPoints(run, measure).steps.length > 0));
	const lists = there.flat().map((run) => measuredPoints(run, measure));
	const step = commonSteps(lists.map(({ steps }) => steps)).at(-1);
	if (step === undefined) return null;
	const at = (run: RunView) => {
		const { steps, values } = measuredPoints(run, measure);
		return values[steps.lastIndexOf(step)];
	};
	return { difference: pairedDifference(there.map(([run, other]) => at(run) - at(other))), step };
}

/** Least number of validation losses for which interpolating between two of them is meaningful. */
const LEAST_POINTS = 4;

/** Share of tokens saved, from the mean validation losses of the paired seeds, once the baseline has finished. */
function savingOf(pairs: readonly Pair[], runs: readonly RunView[]): number | null {
	// A fork's curve lacks the steps before the fork.
	if (pairs.length === 0 || pairs.some(([run, other]) => !other.finished || run.info.fork !== null || other.info.fork !== null))
		return null;
	const curve = (members: readonly RunView[]) => {
		const measured = members.map((run) => measuredPoints(run, 'validationLoss'));
		const steps = commonSteps(measured.map((points) => points.steps));
		return {
			amounts: steps.map((step) => tokensAt(members[0].info, step, runs)),
			losses: steps.map((step) => mean(measured.map((points) => points.values[points.steps.lastIndexOf(step)]))),
		};
	};
	const method = curve(pairs.map(([run]) => run));
	const base = curve(pairs.map(([, other]) => other));
	return Math.min(method.losses.length, base.losses.length) < LEAST_POINTS ? null : equalLossSaving(method, base);
}
