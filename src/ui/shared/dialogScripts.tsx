import { type ComponentType, lazy, Suspense, useEffect, useReducer, useState } from 'react';

/** Delay before the scripts of unopened dialogs are fetched, ms, so that the first paint and the chart load first. */
const IDLE = 1500;

const loads: (() => Promise<unknown>)[] = [];

/** Returns `load`, which is also called a moment after the page is shown. For scripts that are not part of the first load. */
export function loadLater<T>(load: () => Promise<T>): () => Promise<T> {
	loads.push(load);
	return load;
}

/** A panel that the page opens, and whose script is not part of the first load. Nothing is shown while the script loads. */
export function lazyPanel<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
	const Panel = lazy(loadLater(load));
	return (props: Props) => (
		<Suspense fallback={null}>
			<Panel {...props} />
		</Suspense>
	);
}

/** The script of a dialog, and its component once it is loaded. */
interface Script<Props> {
	component?: ComponentType<Props>;
	/** Sets the component. */
	load(): Promise<void>;
}

/**
 * A dialog, or a panel that a user opens, whose script is not part of the first load. A user waits for it, so it is drawn as soon as the
 * script is there. React draws what `lazy` loads after all deferred values, which are the charts and maps of the first view.
 */
export function lazyDialog<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
	const script: Script<Props> = {
		load: loadLater(async () => {
			script.component = (await load()).default;
		}),
	};
	return (props: Props) => <Loaded script={script} props={props} />;
}

function Loaded<Props extends object>({ script, props }: { script: Script<Props>; props: Props }) {
	const [failed, setFailed] = useState<{ error: unknown } | null>(null);
	const [, redraw] = useReducer((count: number) => count + 1, 0);
	useEffect(() => {
		if (!script.component) script.load().then(redraw, (error) => setFailed({ error }));
	}, [script]);
	if (failed) throw failed.error;
	return script.component ? <script.component {...props} /> : null;
}

/** Fetches the scripts of all dialogs and panels. */
export const loadDialogs = (): Promise<unknown> => Promise.all(loads.map((load) => load()));

/** Fetches the dialogs' scripts a moment after the page is shown, so that they open at once. */
export function useDialogScripts(): void {
	useEffect(() => {
		// A script that fails now is fetched again when its dialog is opened.
		const idle = setTimeout(() => loadDialogs().catch(() => {}), IDLE);
		return () => clearTimeout(idle);
	}, []);
}
