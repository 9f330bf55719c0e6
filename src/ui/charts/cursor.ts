/** The step that the reader points at, in whichever chart. Only cursors and readouts observe it. */
import { createContext, useContext } from 'react';
import { Store } from '../../session/client/store/store';
import { useStore } from '../shared/useLab';

/** null: the reader points at no step. */
export type CursorStore = Store<number | null>;

/** All charts of the page share one. */
export const CursorContext = createContext<CursorStore>(new Store<number | null>(null));

export function useCursorStore(): CursorStore {
	return useContext(CursorContext);
}

/** The step at the cursor, or null. Renders again as it moves. */
export function useCursor(): number | null {
	return useStore(useContext(CursorContext));
}
