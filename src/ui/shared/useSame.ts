import { useRef } from 'react';

/** The earlier array as long as the new one holds the same items, so that what depends on it need not be done again. */
export function useSame<A extends readonly unknown[]>(array: A): A {
	const kept = useRef(array);
	const same = kept.current.length === array.length && kept.current.every((item, i) => item === array[i]);
	if (!same) kept.current = array;
	return kept.current;
}
