/**
 * Token importance [T] if every token attends equally to itself and all tokens before it: p_j = 1/T Σ_{i≥j} 1/i
 * (docs/METHODS.md section 3). Charts of measured importances show what follows from it as a reference line.
 */
function uniformImportance(length: number): number[] {
	const importances = new Array<number>(length);
	let sum = 0;
	for (let i = length; i >= 1; i--) {
		sum += 1 / i;
		importances[i - 1] = sum / length;
	}
	return importances;
}

/** Entropy of that importance, −Σ p ln p, nats: 3.754 at T = 64. */
export const uniformEntropy = (length: number): number =>
	uniformImportance(length).reduceRight((entropy, p) => entropy - p * Math.log(p), 0);

/** Share of that importance that the `count` most important tokens have, which are the first ones. */
export const uniformTopImportance = (length: number, count: number): number =>
	uniformImportance(length)
		.slice(0, count)
		.reduce((sum, p) => sum + p, 0);

/** Mean of 1/i over queries i from `first` to T: what each gives to the first token if it attends evenly to all that it sees. */
function uniformToFirst(length: number, first: number): number {
	let sum = 0;
	for (let i = length; i >= first; i--) sum += 1 / i;
	return sum / (length - first + 1);
}

/** Attention to the first token over queries i ≥ 2, which have a choice: 0.0594 at T = 64. NaN for one token. */
export const uniformSinkAttention = (length: number): number => uniformToFirst(length, 2);

/** α₁, over all queries, which is also the largest α_k: 0.0741 at T = 64. */
export const uniformAlpha = (length: number): number => uniformToFirst(length, 1);
