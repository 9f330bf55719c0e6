/** What one method's losses say beside another's: docs/METHODS.md section 3, "Relative loss" and "Equal-loss saving". */

/** Steps that the relative loss is averaged over. */
const RELATIVE_WINDOW = 100;

/** Training losses by step. */
export interface SummedLosses {
	/** nats; a run ends at its first one that is no number. */
	losses: ArrayLike<number>;
	/** sums[i] = sum of the first i losses that are numbers. */
	sums: ArrayLike<number>;
}

/**
 * Method minus baseline at `step`, nats, as the mean over the last `window` steps (fewer where either began later than that:
 * `from` is the first step of both); below 0 = better. Both lists are of the same batches in the same order. NaN before
 * `from`, and where either loss is no number.
 */
export function relativeLoss(method: SummedLosses, baseline: SummedLosses, step: number, from = 0, window = RELATIVE_WINDOW): number {
	if (step < from || !Number.isFinite(method.losses[step]) || !Number.isFinite(baseline.losses[step])) return Number.NaN;
	const first = Math.max(from, step + 1 - window);
	const total = ({ sums }: SummedLosses) => sums[step + 1] - sums[first];
	return (total(method) - total(baseline)) / (step + 1 - first);
}

/** Losses reached with growing amounts of tokens or parameters. */
export interface LossCurve {
	/** Ascending. */
	amounts: ArrayLike<number>;
	/** nats, one an amount: held out, or smoothed. */
	losses: ArrayLike<number>;
}

/**
 * 1 − (tokens or parameters the method needs to reach the baseline's final loss) / the baseline's; below 0 where it needs
 * more. Between two points of the curve the loss counts as a straight line. null where the method never gets there, or
 * where either curve is empty.
 */
export function equalLossSaving(method: LossCurve, baseline: LossCurve): number | null {
	const last = baseline.losses.length - 1;
	const goal = baseline.losses[last];
	for (let i = 0; i < method.losses.length; i++) {
		const loss = method.losses[i];
		if (!(loss <= goal)) continue;
		const amount = method.amounts[i];
		const before = method.losses[i - 1];
		// A curve that starts at the goal, or comes back from a loss that was no number, has no line to follow.
		const share = before > goal ? (before - goal) / (before - loss) : 1;
		const needed = share < 1 ? method.amounts[i - 1] + share * (amount - method.amounts[i - 1]) : amount;
		return 1 - needed / baseline.amounts[last];
	}
	return null;
}
