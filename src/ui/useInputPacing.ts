import { useEffect } from 'react';
import { useClient } from './shared/useLab';

const INPUTS = ['pointerdown', 'keydown', 'click', 'change'] as const;

/** Notes every input in the store, which then lets the page answer before it draws new data. */
export function useInputPacing(): void {
	const { store } = useClient();
	useEffect(() => {
		const note = () => store.noteInput();
		for (const type of INPUTS) addEventListener(type, note, true);
		return () => {
			for (const type of INPUTS) removeEventListener(type, note, true);
		};
	}, [store]);
}
