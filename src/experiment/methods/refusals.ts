import type { AdditionDescriptor, Incompatible, SchemeDescriptor } from './descriptor';
import { ADDITION_NAMES, ADDITIONS, type AdditionName, type Additions, SCHEMES, type SchemeName } from './index';

/** Two ingredients with no defined formula together; `by` is the one whose descriptor says so. */
export interface IncompatiblePair {
	by: SchemeName | AdditionName;
	with: SchemeName | AdditionName;
	because: string;
}

/** The first pair of ingredients that have no defined formula together (docs/METHODS.md section 2); null if there is none. */
export function incompatiblePair(scheme: SchemeName, additions: Additions): IncompatiblePair | null {
	const isUsed = (name: AdditionName) => additions[name] !== (ADDITIONS[name] as AdditionDescriptor).off;
	const otherOf = (key: string): { name: SchemeName | AdditionName; choice: unknown } | null => {
		if (key === scheme || (key === 'scheme' && scheme !== 'own')) return { name: scheme, choice: scheme };
		const addition = ADDITION_NAMES.find((name) => name === key);
		return addition && isUsed(addition) ? { name: addition, choice: additions[addition] } : null;
	};
	const find = (by: SchemeName | AdditionName, choice: unknown, list: readonly Incompatible<never>[] = []): IncompatiblePair | null => {
		for (const { with: key, when, because } of list) {
			const other = otherOf(key);
			if (other && (when?.(choice as never, other.choice) ?? true)) return { by, with: other.name, because };
		}
		return null;
	};
	for (const name of ADDITION_NAMES) {
		const pair = isUsed(name) && find(name, additions[name], (ADDITIONS[name] as AdditionDescriptor<never>).incompatible);
		if (pair) return pair;
	}
	return find(scheme, scheme, (SCHEMES[scheme] as SchemeDescriptor<never>).incompatible);
}
