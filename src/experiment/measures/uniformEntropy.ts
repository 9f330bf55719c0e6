/**
 * Entropy of token importance, nats, if every token attends equally to itself and all tokens before it:
 * p_j = 1/T Σ_{i≥j} 1/i, E = −Σ p ln p (docs/METHODS.md section 3). 3.754 at T = 64. Charts of measured entropies show it as
 * a reference line.
 */
export function uniformEntropy(length: number): number {
	let importance = 0;
	let entropy = 0;
	for (let i = length; i >= 1; i--) {
		importance += 1 / i;
		const p = importance / length;
		entropy -= p * Math.log(p);
	}
	return entropy;
}
