/** What one method's losses say beside another's: METHODS.md section 3, "Relative loss" and "Equal-loss saving". */

/** Steps that the relative loss is averaged over. */
export const RELATIVE_WINDOW = 100;

/**
 * Moving average of method minus baseline over the last `window` steps (at first over those there are), nats; below 0 = better. Both lists are training
 * losses by step on the same batches in the same order. As long as the shorter list; NaN from the first loss on that is no number.
 */
export function relativeLoss(method: ArrayLike<number>, baseline: ArrayLike<number>, window = RELATIVE_WINDOW): Float64Array {
	const out = new Float64Array(Math.min(method.length, baseline.length));
	let sum = 0;
	for (let s = 0; s < out.length; s++) {
		sum += method[s] - baseline[s];
		if (s >= window) sum -= method[s - window] - baseline[s - window];
		out[s] = Number.isFinite(sum) ? sum / Math.min(window, s + 1) : Number.NaN;
	}
	return out;
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
