/** `not reached`: the baseline never passes the method. `never ahead`: there was no lead to lose. */
export type CriticalPoint = number | 'not reached' | 'never ahead';

/**
 * The step at which the baseline passes a method that was ahead: docs/METHODS.md section 3, "Critical point".
 *
 * @param relative relative loss by step, nats; below 0 = the method is ahead. What is not finite counts for neither.
 * @returns the first step (index) from which the relative loss stays above 0 to the end, after it was below 0
 */
export function criticalPoint(relative: ArrayLike<number>): CriticalPoint {
	let ahead = false;
	let passed: number | null = null;
	for (let step = 0; step < relative.length; step++) {
		const value = relative[step];
		if (!Number.isFinite(value)) continue;
		if (value < 0) ahead = true;
		if (value <= 0) passed = null;
		else if (ahead) passed ??= step;
	}
	if (!ahead) return 'never ahead';
	return passed ?? 'not reached';
}
