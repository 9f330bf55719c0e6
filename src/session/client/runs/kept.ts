/** Searches in ascending lists of steps. */

/** Index in ascending `steps` of the last one at or before `step`; −1 if all are after it. */
export function lastAt(steps: ArrayLike<number>, step: number): number {
	let low = 0;
	let high = steps.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (steps[middle] <= step) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/** Index of the last step that is kept at or before `step`; `steps` null = every step is kept. −1 if all are after it. */
export const keptAt = (steps: Int32Array | null, step: number): number => (steps ? lastAt(steps, step) : step);

/** Index of the first step that is kept at or after `step`. */
export const keptFrom = (steps: Int32Array | null, step: number): number => (steps ? lastAt(steps, step - 1) + 1 : step);
