import { type RefCallback, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';

/** True while the media query matches. */
export function useMedia(query: string): boolean {
	const media = useMemo(() => matchMedia(query), [query]);
	const subscribe = useCallback(
		(changed: () => void) => {
			media.addEventListener('change', changed);
			return () => media.removeEventListener('change', changed);
		},
		[media],
	);
	return useSyncExternalStore(subscribe, () => media.matches);
}

export interface Size {
	width: number;
	height: number;
}

/** Content size of the element with the ref, in whole CSS pixels; 0 × 0 until it is known. */
export function useSize<E extends Element>(): [RefCallback<E>, Size] {
	const [size, setSize] = useState<Size>({ width: 0, height: 0 });
	const observer = useRef<ResizeObserver | null>(null);
	const ref = useCallback((element: E | null) => {
		observer.current?.disconnect();
		if (!element) return;
		observer.current = new ResizeObserver(([entry]) => {
			const width = Math.floor(entry.contentRect.width);
			const height = Math.floor(entry.contentRect.height);
			setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
		});
		observer.current.observe(element);
	}, []);
	return [ref, size];
}

/** Calls the latest `handler` for each key pressed on the page. */
export function useKey(handler: (event: KeyboardEvent) => void): void {
	const latest = useRef(handler);
	useEffect(() => {
		latest.current = handler;
	});
	useEffect(() => {
		const listen = (event: KeyboardEvent) => latest.current(event);
		addEventListener('keydown', listen);
		return () => removeEventListener('keydown', listen);
	}, []);
}

/** True if typing into the target is text, or if it is inside a dialog. */
export function isTextField(target: EventTarget | null): boolean {
	return !!(target as Element | null)?.closest?.('input:not([type=range], [type=checkbox], [type=radio]), textarea, dialog');
}

/** True if a key belongs to the focused control and not to the page. */
export function isForControl(event: KeyboardEvent): boolean {
	const target = event.target as Element | null;
	return (
		event.ctrlKey ||
		event.metaKey ||
		event.altKey ||
		!!target?.closest?.('input, select, textarea, button, summary, a, dialog, [role="grid"], [role="application"], [contenteditable]')
	);
}
