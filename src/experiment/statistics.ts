/** Spread over seeds, and when two methods differ by more than that: docs/METHODS.md section 3, "Relative loss". */

/** 97.5 % points of Student's t for 1, 2, … degrees of freedom; beyond the table the last ones fall slowly to 1.96. */
const T_975 = [
	12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
	2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Summary of a group's runs, one number per seed. */
export interface Summary {
	/** Count of the numbers, N. */
	n: number;
	/** NaN of none, as are `min` and `max`. */
	mean: number;
	min: number;
	max: number;
	/** Standard deviation over seeds, n − 1 in its denominator; null below two. */
	deviation: number | null;
	/** Half the width of the 95 % t-interval of the mean; null below two. */
	half: number | null;
}

/** Mean, range and spread of the numbers among `values`: null and what is not finite are left out. */
export function summary(values: Iterable<number | null>): Summary {
	const there = [...values].filter((value): value is number => value !== null && Number.isFinite(value));
	const n = there.length;
	if (n === 0) return { n, mean: Number.NaN, min: Number.NaN, max: Number.NaN, deviation: null, half: null };
	const center = mean(there);
	const range = { min: Math.min(...there), max: Math.max(...there) };
	if (n < 2) return { n, mean: center, ...range, deviation: null, half: null };
	const deviation = Math.sqrt(there.reduce((sum, value) => sum + (value - center) ** 2, 0) / (n - 1));
	return { n, mean: center, ...range, deviation, half: (student(n - 1) * deviation) / Math.sqrt(n) };
}

export interface PairedDifference {
	/** Number of pairs, one per seed. */
	n: number;
	mean: number;
	/** Half the width of the 95 % t-interval; null with one pair, which has no spread. */
	half: number | null;
	/** True if the interval excludes 0; never with one pair. */
	separated: boolean;
}

/** 95 % t-interval of paired differences (method minus baseline, one per seed). */
export function pairedDifference(differences: readonly number[]): PairedDifference {
	const { n, mean, half } = summary(differences);
	return { n, mean, half, separated: half !== null && Math.abs(mean) > half };
}

/** Paired difference of two groups' values by seed, over the seeds that both have; null if they share none. */
export function pairedBySeed(values: ReadonlyMap<number, number>, baseline: ReadonlyMap<number, number>): PairedDifference | null {
	const differences = [...values].flatMap(([seed, value]) => {
		const other = baseline.get(seed);
		return other === undefined ? [] : [value - other];
	});
	return differences.length > 0 ? pairedDifference(differences) : null;
}

/** `separated (3 seeds)`, `not separated (3 seeds)`, or `one seed, so not separated`. */
export function verdictText({ n, separated }: Pick<PairedDifference, 'n' | 'separated'>): string {
	if (n < 2) return 'one seed, so not separated';
	return `${separated ? 'separated' : 'not separated'} (${n} seeds)`;
}

/** Mean of numbers; NaN of none. */
export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** 97.5 % point of Student's t. */
function student(degrees: number): number {
	return T_975[degrees - 1] ?? 1.96 + 2.5 / degrees;
}
