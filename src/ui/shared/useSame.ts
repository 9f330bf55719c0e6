import { useRef } from 'react';

/** Returns the earlier array as long as the new one has the same items, so that dependent work is not repeated. */
export function useSame<A extends readonly unknown[]>(array: A): A {
	const kept = useRef(array);
	const same = kept.current.length === array.length && kept.current.every((item, i) => item === array[i]);
	if (!same) kept.current = array;
	return kept.current;
}

/** The records, each as the earlier object as long as its fields are the same: what is drawn from it is then not drawn again. */
export function useSameRecords<R extends object>(records: readonly R[]): readonly R[] {
	const kept = useRef(records);
	const same = (a: R, b: R) => (Object.keys(a) as (keyof R)[]).every((name) => a[name] === b[name]);
	const before = kept.current;
	kept.current = records.map((record, i) => (before[i] && same(record, before[i]) ? before[i] : record));
	return kept.current;
}
