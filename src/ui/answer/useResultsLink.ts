import { useCallback } from 'react';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { loadLater } from '../shared/dialogScripts';
import { useClient } from '../shared/useLab';

const load = loadLater(() => import('./resultsLink'));

/** The trained experiment's link with the measurements so far; null if there are none. Keeps the same function until that changes. */
export function useResultsLink({ runs }: LabSnapshot): (() => Promise<string | null>) | null {
	const { store } = useClient();
	const link = useCallback(async () => (await load()).resultsLink(store.getSnapshot()), [store]);
	return runs.some(({ history }) => history.length > 0) ? link : null;
}
