/** FNV-1a over whole numbers: one short number that freezes a sequence. */
export function fnv(values: ArrayLike<number>): string {
	let hash = 0x811c9dc5;
	for (let i = 0; i < values.length; i++) hash = Math.imul(hash ^ values[i], 0x01000193);
	return (hash >>> 0).toString(16).padStart(8, '0');
}
