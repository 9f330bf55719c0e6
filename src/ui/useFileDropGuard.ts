import { useEffect } from 'react';
import type { LabClient } from '../session/client/client';

/** Files with curves of other programs. */
const CURVES = /\.(csv|tsv|jsonl|ndjson)$/i;

/**
 * Takes files dropped outside a drop zone, because the browser would open them in place of the page and end the training. Curves of
 * other programs are drawn among the page's own.
 */
export function useFileDropGuard(client: LabClient): void {
	useEffect(() => {
		const allow = (event: DragEvent) => event.preventDefault();
		const drop = async (event: DragEvent) => {
			const taken = event.defaultPrevented;
			event.preventDefault();
			const files = [...(event.dataTransfer?.files ?? [])].filter(({ name }) => CURVES.test(name));
			if (taken || files.length === 0) return;
			const { addCurves } = await import('./shared/addCurves');
			await addCurves(files, client);
		};
		addEventListener('dragover', allow);
		addEventListener('drop', drop);
		return () => {
			removeEventListener('dragover', allow);
			removeEventListener('drop', drop);
		};
	}, [client]);
}
