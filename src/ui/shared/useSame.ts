import { useRef } from 'react';

/** Returns the earlier array as long as the new one has the same items, so that dependent work is not repeated. */
export function useSame<A extends readonly unknown[]>(array: A): A {
	const kept = useRef(array);
	const same = kept.current.length === array.length && kept.current.every((item, i) => item === array[i]);
	if (!same) kept.current = array;
	return kept.current;
}
