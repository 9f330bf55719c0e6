/** The step that the user points at in any chart. Only cursors and readouts observe it. */
import { createContext, useContext } from 'react';
import { Store } from '../../session/client/store/store';
import { useStore } from './useLab';

/** null: the user points at no step. */
export type CursorStore = Store<number | null>;

/** Shared by all charts of the page. */
export const CursorContext = createContext<CursorStore>(new Store<number | null>(null));

export function useCursorStore(): CursorStore {
	return useContext(CursorContext);
}

/** The step at the cursor, or null. Renders again as it moves. */
export function useCursor(): number | null {
	return useStore(useContext(CursorContext));
}
