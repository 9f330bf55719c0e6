import { descriptorOf, INTERVENTION_KEYS, type InterventionKey } from '.';
import type { AnyEdit } from './descriptor';

/**
 * The intervention that a keyboard key toggles on a map, and the place: the open layer or head, or the key of the chosen cell.
 * Null if the keyboard key toggles nothing there.
 *
 * @param position the key of the chosen cell; null = no cell is chosen
 */
export function shortcutAt(
	pressed: string,
	{ layer, head, position }: { layer: number; head: number; position: number | null },
): { key: InterventionKey; place: AnyEdit } | null {
	for (const key of INTERVENTION_KEYS) {
		const descriptor = descriptorOf(key);
		if (descriptor.target === 'model' || descriptor.range || descriptor.shortcut !== pressed) continue;
		if (descriptor.target === 'head') return { key, place: { layer, head } };
		if (descriptor.target === 'layer') return { key, place: { layer } };
		if (descriptor.target === 'key' && position !== null) return { key, place: { key: position, layer: null } };
	}
	return null;
}
