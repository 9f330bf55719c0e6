import { useCallback } from 'react';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { loadLater } from '../shared/dialogScripts';
import type { CopiedLink } from '../shared/linkOf';
import { useClient } from '../shared/useLab';

const load = loadLater(() => import('./resultsLink'));

/** The trained experiment's link with the measurements so far; null if there are none. Keeps the same function until that changes. */
export function useResultsLink({ runs }: LabSnapshot): (() => Promise<CopiedLink | null>) | null {
	const { store, interventions } = useClient();
	const link = useCallback(async () => {
		const { resultsLink, leftOutText } = await load();
		const lab = store.getSnapshot();
		const hash = resultsLink(lab);
		return hash === null ? null : { hash, leftOut: leftOutText(lab, interventions.getSnapshot()) };
	}, [store, interventions]);
	return runs.some(({ history }) => history.length > 0) ? link : null;
}
