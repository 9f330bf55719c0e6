import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LabClient } from '../../session/client/client';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';

export const LabContext = createContext<LabClient | null>(null);

/** The client that the page talks to. */
export function useClient(): LabClient {
	const client = useContext(LabContext);
	if (!client) throw new Error('useClient outside of LabContext');
	return client;
}

/** The latest snapshot; renders again when it changes, at most ten times a second. */
export function useLab(): LabSnapshot {
	const { store } = useClient();
	return useSyncExternalStore(store.subscribe, store.getSnapshot);
}
