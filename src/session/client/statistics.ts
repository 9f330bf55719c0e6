/** When two methods differ by more than their seeds do: METHODS.md section 3, "Relative loss". */

/** 97.5 % points of Student's t for 1, 2, … degrees of freedom; beyond the table the last ones fall slowly to 1.96. */
const T_975 = [
	12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
	2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

export interface PairedDifference {
	/** Pairs, one a seed. */
	n: number;
	mean: number;
	/** Half the width of the 95 % t-interval; null with one pair, which has no spread. */
	half: number | null;
	/** The interval leaves out 0. One pair never is separated. */
	separated: boolean;
}

/** 95 % t-interval of paired differences (method minus baseline, one a seed). */
export function pairedDifference(differences: readonly number[]): PairedDifference {
	const n = differences.length;
	const mean = differences.reduce((sum, d) => sum + d, 0) / n;
	if (n < 2) return { n, mean, half: null, separated: false };
	const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1);
	const t = T_975[n - 2] ?? 1.96 + 2.5 / (n - 1);
	const half = t * Math.sqrt(variance / n);
	return { n, mean, half, separated: Math.abs(mean) > half };
}

/** Mean of numbers; NaN of none. */
export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
