import { useCallback } from 'react';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { loadLater } from '../shared/dialogScripts';
import type { CopiedLink } from '../shared/linkOf';
import { useClient } from '../shared/useLab';

const load = loadLater(() => import('./resultsLink'));

/** The trained experiment's link with the measurements so far; null if there are none. Keeps the same function until that changes. */
export function useResultsLink({ runs }: LabSnapshot): (() => Promise<CopiedLink | null>) | null {
	const client = useClient();
	const link = useCallback(async () => {
		const { store, interventions, fromCheckpoint } = client;
		return (await load()).resultsLink(store.getSnapshot(), { interventions: interventions.getSnapshot(), fromCheckpoint });
	}, [client]);
	return runs.some(({ history }) => history.length > 0) ? link : null;
}
