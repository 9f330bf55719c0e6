import type { CatalogueEntry } from './descriptor';
import type { MethodGroup } from './groups';
import { ADDITIONS, SCHEMES } from './index';
import { parseMethod } from './names';

/** One method as a form lists it. */
export interface MethodEntry extends CatalogueEntry {
	label: string;
	group: MethodGroup;
}

/** The methods that a form lists, group by group. */
export const METHODS: readonly MethodEntry[] = [...Object.values(SCHEMES), ...Object.values(ADDITIONS)].flatMap(({ catalogue, group }) =>
	catalogue.map((entry) => {
		const result = parseMethod(entry.name);
		if (!result.ok) throw new Error(result.message);
		return { ...entry, label: result.method.label, group };
	}),
);

export const METHOD_GROUPS: readonly MethodGroup[] = [...new Set(METHODS.map(({ group }) => group))];
