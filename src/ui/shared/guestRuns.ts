/** Runs of other pages and programs, drawn dashed among the page's own. They are not trained, listed or compared. */
import { useSyncExternalStore } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';

const NONE: readonly RunView[] = [];
const bySource = new Map<string, readonly RunView[]>();
const listeners = new Set<() => void>();
let all = NONE;

/** Replaces the runs of a source, such as the opened link or a file; none removes it. */
export function setGuestRuns(source: string, runs: readonly RunView[]): void {
	if (runs.length > 0) bySource.set(source, runs);
	else if (!bySource.delete(source)) return;
	all = bySource.size === 0 ? NONE : [...bySource.values()].flat();
	files = [...bySource].flatMap(([source, runs]) => (source === LINK_SOURCE ? [] : [{ source, runs }]));
	for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

interface GuestFile {
	source: string;
	runs: readonly RunView[];
}

/** Of the opened link. Every other source is a file's name. */
export const LINK_SOURCE = 'link';

let files: readonly GuestFile[] = [];

/** The files among the sources. */
export const useGuestFiles = (): readonly GuestFile[] => useSyncExternalStore(subscribe, () => files);

/** All of them. */
export const useGuestRuns = (): readonly RunView[] => useSyncExternalStore(subscribe, () => all);
