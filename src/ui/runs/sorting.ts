/** The order of the table's rows. */
export interface Sorting {
	column: string;
	descending: boolean;
}

/** Shared, because `localeCompare` would create one for each of hundreds of pairs. */
const collator = new Intl.Collator('en', { numeric: true });

/** The order after a click on a column's head: ascending, descending, then the original one again. */
export function nextSorting(sorting: Sorting | null, column: string): Sorting | null {
	if (sorting?.column !== column) return { column, descending: false };
	return sorting.descending ? null : { column, descending: true };
}

/** Rows in the order of their keys; equal ones keep their order, and those without a key come last in both directions. */
export function sortRows<Row>(rows: readonly Row[], keyOf: (row: Row) => number | string | null, descending: boolean): readonly Row[] {
	const keys = new Map(rows.map((row) => [row, keyOf(row)]));
	const sign = descending ? -1 : 1;
	return rows.toSorted((a, b) => {
		const [x, y] = [keys.get(a) ?? null, keys.get(b) ?? null];
		if (x === null || y === null) return Number(x === null) - Number(y === null);
		if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
		return sign * collator.compare(String(x), String(y));
	});
}
