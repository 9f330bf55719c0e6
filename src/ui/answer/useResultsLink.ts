import { useCallback } from 'react';
import { withResults } from '../../experiment/resultLink';
import { baselineOf } from '../../session/client/runs/runGroups';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { linkOf } from '../shared/linkOf';
import { useClient } from '../shared/useLab';
import { sharedMeasures } from './seen';

/** The trained experiment's link with the measurements so far; null if there are none. Keeps the same function until that changes. */
export function useResultsLink({ runs }: LabSnapshot): (() => string | null) | null {
	const { store } = useClient();
	const link = useCallback(() => {
		const { experiment, runs, baseline } = store.getSnapshot();
		if (!experiment) return null;
		return withResults(linkOf(experiment), sharedMeasures(experiment, runs, baselineOf(runs, baseline)?.group ?? null));
	}, [store]);
	return runs.some(({ history }) => history.length > 0) ? link : null;
}
