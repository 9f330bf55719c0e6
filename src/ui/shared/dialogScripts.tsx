import { type ComponentType, lazy, Suspense, useEffect } from 'react';

/** Delay before the scripts of unopened dialogs are fetched, ms, so that the first paint and the chart load first. */
const IDLE = 1500;

const loads: (() => Promise<unknown>)[] = [];

/** Returns `load`, which is also called a moment after the page is shown. For scripts that are not part of the first load. */
export function loadLater<T>(load: () => Promise<T>): () => Promise<T> {
	loads.push(load);
	return load;
}

/** A dialog or panel whose script is not part of the first load. Nothing is shown while the script loads. */
export function lazyDialog<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
	const Dialog = lazy(loadLater(load));
	return (props: Props) => (
		<Suspense fallback={null}>
			<Dialog {...props} />
		</Suspense>
	);
}

/** Fetches the scripts of all dialogs. */
export const loadDialogs = (): Promise<unknown> => Promise.all(loads.map((load) => load()));

/** Fetches the dialogs' scripts a moment after the page is shown, so that they open at once. */
export function useDialogScripts(): void {
	useEffect(() => {
		// A script that fails now is fetched again when its dialog is opened.
		const idle = setTimeout(() => loadDialogs().catch(() => {}), IDLE);
		return () => clearTimeout(idle);
	}, []);
}
