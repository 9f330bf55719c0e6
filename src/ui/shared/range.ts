/** 0 … count − 1: layers, heads and positions, whose number is their name. */
export function range(count: number): number[] {
	return Array.from({ length: count }, (_, i) => i);
}
