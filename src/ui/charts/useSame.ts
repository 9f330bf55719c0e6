import { useRef } from 'react';

/** The earlier array as long as the new one holds the same numbers, so that memoised components need not draw again. */
export function useSame<A extends readonly number[]>(array: A): A {
	const kept = useRef(array);
	const same = kept.current.length === array.length && kept.current.every((value, i) => value === array[i]);
	if (!same) kept.current = array;
	return kept.current;
}
