/** The step that the reader points at, in whichever chart: one store, which only cursors and readings listen to. */
import { createContext, useContext, useSyncExternalStore } from 'react';

export class CursorStore {
	private step: number | null = null;
	private readonly listeners = new Set<() => void>();

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	readonly getSnapshot = (): number | null => this.step;

	/** null: at none. */
	set(step: number | null): void {
		if (step === this.step) return;
		this.step = step;
		for (const listener of this.listeners) listener();
	}
}

/** All charts of the page share the one that is there from the start. */
export const CursorContext = createContext(new CursorStore());

export function useCursorStore(): CursorStore {
	return useContext(CursorContext);
}

/** The step that the cursor is at; null where there is none. Renders again as it moves. */
export function useCursor(): number | null {
	const store = useContext(CursorContext);
	return useSyncExternalStore(store.subscribe, store.getSnapshot);
}
