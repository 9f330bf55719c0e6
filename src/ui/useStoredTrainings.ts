import { useEffect } from 'react';
import { useClient, useStore } from './shared/useLab';

/** Delay before stored trainings are looked for, ms: the first view comes first. */
const DELAY = 500;

/** Looks for stored trainings, and asks before the page closes while a training is not stored. Returns whether there is anything to show. */
export function useStoredTrainings(): boolean {
	const { stored } = useClient();
	useEffect(() => {
		const timer = setTimeout(() => void stored.look(), DELAY);
		const guard = (event: BeforeUnloadEvent) => {
			if (stored.unsaved) event.preventDefault();
		};
		addEventListener('beforeunload', guard);
		return () => {
			clearTimeout(timer);
			removeEventListener('beforeunload', guard);
		};
	}, [stored]);
	const { list, problem } = useStore(stored);
	return (list !== null && list.length > 0) || problem !== null;
}
