/** Layout of the labels at the ends of the lines. Plain functions. */

/** Height of a label, CSS pixels. */
export const LABEL_GAP = 15;

/** A label, cut if it is so long that the lines would lack room. */
export function shortLabel(label: string): string {
	return label.length > 26 ? `${label.slice(0, 25)}…` : label;
}

/** Puts labels at `wanted` heights, at least `gap` apart, inside [top, bottom]; each moves as little as it must. */
export function spreadLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
	const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
	const placed = order.map((i) => Math.min(bottom, Math.max(top, wanted[i])));
	for (let i = 1; i < placed.length; i++) placed[i] = Math.max(placed[i], placed[i - 1] + gap);
	const over = placed.length > 0 ? placed[placed.length - 1] - bottom : 0;
	if (over > 0) {
		placed[placed.length - 1] = bottom;
		for (let i = placed.length - 2; i >= 0; i--) placed[i] = Math.min(placed[i], placed[i + 1] - gap);
	}
	const result: number[] = [];
	order.forEach((original, i) => {
		result[original] = placed[i];
	});
	return result;
}
