import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LabClient } from '../../session/client/client';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import type { Observable } from '../../session/client/store/store';

export const LabContext = createContext<LabClient | null>(null);

/** The client that the page talks to. */
export function useClient(): LabClient {
	const client = useContext(LabContext);
	if (!client) throw new Error('useClient outside of LabContext');
	return client;
}

/** The value of a store. Renders again when it changes. */
export function useStore<T>({ subscribe, getSnapshot }: Observable<T>): T {
	return useSyncExternalStore(subscribe, getSnapshot);
}

/** The latest snapshot; renders again when it changes, at most ten times a second. */
export function useLab(): LabSnapshot {
	return useStore(useClient().store);
}
