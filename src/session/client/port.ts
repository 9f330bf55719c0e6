import type { Command, Event } from './protocol';

/** The part of a Worker that the client uses; tests hand in their own. */
export interface LabPort {
	postMessage(command: Command): void;
	onmessage: ((message: { data: Event }) => void) | null;
	/** A script that failed to load, or an error that nobody caught. */
	onerror: ((error: { message?: string }) => void) | null;
	terminate(): void;
}

/** Starts the training worker: its own chunk, so that no GPU code is in the first bundle. */
export function startWorker(): LabPort {
	const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' });
	return worker as unknown as LabPort;
}
