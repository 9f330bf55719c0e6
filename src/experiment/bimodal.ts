/** Seeds that fall into two camps, as with sinks: some form one and some do not, and the mean is that of no seed. */

export interface Modes {
	/** Number of seeds. */
	n: number;
	/** Seeds above the threshold. */
	above: number;
	/** A round number between the two camps. */
	threshold: number;
}

/** Fewer seeds than these have no camps. */
const LEAST_SEEDS = 4;
/** The gap is at least so many times as wide as either camp. Of 8 seeds from one normal distribution 1.5 % are, of 5 16 %. */
const GAP_PER_CAMP = 2;
/** Least gap between shares; between other numbers, as a part of the largest size. */
const LEAST_SHARE_GAP = 0.25;
const LEAST_GAP = 0.5;

/**
 * Counts of the two camps, if the widest gap between neighbouring values is at least twice as wide as the camp on either side, and
 * at least 0.25 (shares) or half of the largest size; null if there are no camps. Null and values that are not finite are left out.
 *
 * @param share true for numbers from 0 to 1: their threshold is one half if that is in the gap
 */
export function modesOf(values: Iterable<number | null>, share: boolean): Modes | null {
	const sorted = [...values].filter((value): value is number => value !== null && Number.isFinite(value)).sort((a, b) => a - b);
	const n = sorted.length;
	if (n < LEAST_SEEDS) return null;
	let split = 1;
	for (let i = 2; i < n; i++) if (sorted[i] - sorted[i - 1] > sorted[split] - sorted[split - 1]) split = i;
	const [low, high] = [sorted[split - 1], sorted[split]];
	const gap = high - low;
	const widest = Math.max(low - sorted[0], sorted[n - 1] - high);
	const least = share ? LEAST_SHARE_GAP : LEAST_GAP * Math.max(Math.abs(sorted[0]), Math.abs(sorted[n - 1]));
	if (!(gap > 0) || gap < GAP_PER_CAMP * widest || gap < least) return null;
	return { n, above: n - split, threshold: share && low < 0.5 && high > 0.5 ? 0.5 : roundBetween(low, high) };
}

/** The number between the two, near their middle, with the fewest digits. */
function roundBetween(low: number, high: number): number {
	const middle = (low + high) / 2;
	for (let power = Math.ceil(Math.log10(high - low)); ; power--) {
		const round = Number((Math.round(middle / 10 ** power) * 10 ** power).toPrecision(12));
		if (round > low && round < high) return round;
	}
}
