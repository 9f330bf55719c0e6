/** Comparisons of a method's losses with a baseline's: docs/METHODS.md section 3, "Relative loss" and "Equal-loss saving". */

/** Steps that the relative loss is averaged over. */
const RELATIVE_WINDOW = 100;

/** Training losses by step. */
export interface SummedLosses {
	/** The loss at a step, nats; the first that is NaN or infinite is the run's last, and after it all are NaN. */
	lossAt(step: number): number;
	/** Sum of the finite losses among the first `count`. */
	sumAt(count: number): number;
}

/**
 * Loss of the method minus that of the baseline, nats, as the mean over the last `window` steps up to `step`; below 0 =
 * better. Both runs must have trained on the same batches in the same order. `from` is the first step that both have:
 * shortly after it, the mean is over fewer steps. Returns NaN before `from`, or if either loss at `step` is not finite.
 */
export function relativeLoss(method: SummedLosses, baseline: SummedLosses, step: number, from = 0, window = RELATIVE_WINDOW): number {
	if (step < from || !Number.isFinite(method.lossAt(step)) || !Number.isFinite(baseline.lossAt(step))) return Number.NaN;
	const first = Math.max(from, step + 1 - window);
	const total = (losses: SummedLosses) => losses.sumAt(step + 1) - losses.sumAt(first);
	return (total(method) - total(baseline)) / (step + 1 - first);
}

/** Losses reached with increasing numbers of tokens or parameters. */
export interface LossCurve {
	/** Ascending. */
	amounts: ArrayLike<number>;
	/** nats, one per amount: held-out or smoothed losses. */
	losses: ArrayLike<number>;
}

/**
 * 1 − (tokens or parameters that the method needs to reach the baseline's final loss) / (those of the baseline); below 0
 * if the method needs more. Interpolates linearly between points. Returns null if the method never reaches that loss, or if
 * either curve is empty.
 */
export function equalLossSaving(method: LossCurve, baseline: LossCurve): number | null {
	const last = baseline.losses.length - 1;
	const goal = baseline.losses[last];
	for (let i = 0; i < method.losses.length; i++) {
		const loss = method.losses[i];
		if (!(loss <= goal)) continue;
		const amount = method.amounts[i];
		const before = method.losses[i - 1];
		// There is nothing to interpolate from if this is the first point, or if the loss before it was NaN.
		const share = before > goal ? (before - goal) / (before - loss) : 1;
		const needed = share < 1 ? method.amounts[i - 1] + share * (amount - method.amounts[i - 1]) : amount;
		return 1 - needed / baseline.amounts[last];
	}
	return null;
}
