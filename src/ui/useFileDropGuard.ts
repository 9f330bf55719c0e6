import { useEffect } from 'react';

/** Ignores files dropped outside a drop zone: the browser would open them in place of the page and end the training. */
export function useFileDropGuard(): void {
	useEffect(() => {
		const ignore = (event: DragEvent) => event.preventDefault();
		for (const type of ['dragover', 'drop'] as const) addEventListener(type, ignore);
		return () => {
			for (const type of ['dragover', 'drop'] as const) removeEventListener(type, ignore);
		};
	}, []);
}
