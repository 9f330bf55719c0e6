/** Smallest number of single-character insertions, deletions and substitutions that turn `a` into `b` (Levenshtein). */
export function editDistance(a: string, b: string): number {
	let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++) {
			const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
			current.push(Math.min(substituted, previous[j] + 1, current[j - 1] + 1));
		}
		previous = current;
	}
	return previous[b.length];
}

/** The entry of `names` (at least one) with the smallest edit distance from `text`, ignoring case. */
export function nearestName(text: string, names: readonly string[]): string {
	// Without a limit, a whole page pasted instead of a name would take seconds.
	const short = text.slice(0, 100).toLowerCase();
	let best = names[0];
	let bestDistance = Number.POSITIVE_INFINITY;
	for (const name of names) {
		const distance = editDistance(short, name.toLowerCase());
		if (distance < bestDistance) {
			best = name;
			bestDistance = distance;
		}
	}
	return best;
}
