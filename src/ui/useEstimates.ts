import { useEffect } from 'react';
import type { Experiment } from '../experiment/types';
import { useClient } from './shared/useLab';

/** Milliseconds that the form must rest before its cost is requested. */
const DELAY = 150;

/** Requests the cost of the form's experiment whenever it has changed. */
export function useEstimates(experiment: Experiment): void {
	const client = useClient();
	useEffect(() => {
		const timer = setTimeout(() => client.estimate(experiment), DELAY);
		return () => clearTimeout(timer);
	}, [client, experiment]);
}
