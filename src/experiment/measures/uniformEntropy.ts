/**
 * Entropy of token importance where every token looks at all before it alike, nats: p_j = 1/T Σ_{i≥j} 1/i, E = −Σ p ln p
 * (METHODS.md section 3). 3.754 at T = 64: the line that measured entropies are read against.
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
