/** Largest |found − wanted| / max(1, |wanted|) over all fields of an analysis; throws if their names or sizes differ. */
export function largestError(
	found: Readonly<Record<string, readonly number[] | readonly number[][]>>,
	wanted: Readonly<Record<string, readonly number[] | readonly number[][]>>,
): number {
	const [names, expected] = [found, wanted].map((fields) => Object.keys(fields).sort().join(' '));
	if (names !== expected) throw new Error(`fields are ${names}, not ${expected}`);
	let largest = 0;
	for (const [name, list] of Object.entries(wanted)) {
		const [a, b] = [found[name].flat(), list.flat()];
		if (a.length !== b.length) throw new Error(`${name} has ${a.length} numbers, not ${b.length}`);
		b.forEach((value, i) => {
			const error = Math.abs(a[i] - value) / Math.max(1, Math.abs(value));
			if (!Number.isFinite(error)) throw new Error(`${name}: ${a[i]} against ${value}`);
			largest = Math.max(largest, error);
		});
	}
	return largest;
}
