import type { Command, Event } from '../protocol';

/** The part of a Worker that the client uses; tests hand in their own. */
export interface LabPort {
	postMessage(command: Command): void;
	onmessage: ((message: { data: Event }) => void) | null;
	/** A script that failed to load, or an error that nobody caught. */
	onerror: ((error: { message?: string }) => void) | null;
	terminate(): void;
}

/** The training worker, or where the browser has no WebGPU a port that says so: nothing is loaded in vain. */
export function openPort(): LabPort {
	return navigator.gpu ? startWorker() : portWithoutGpu();
}

/** Starts the training worker: its own chunk, so that no GPU code is in the first bundle. */
function startWorker(): LabPort {
	const worker = new Worker(new URL('../../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' });
	return worker as unknown as LabPort;
}

/** Answers every command as a worker without WebGPU would. */
export function portWithoutGpu(): LabPort {
	const answer = (command: Command): Event | null => {
		switch (command.type) {
			case 'estimate':
				return { type: 'estimate', id: command.id, estimate: { methods: [], gpuBytes: 0, seconds: null, vocabularySize: 0, problems: [] } };
			case 'open':
			case 'start':
			case 'checkGpu':
				return {
					type: 'unavailable',
					reason: 'This browser has no WebGPU, or does not offer it to this page.',
					advice: 'Open the page in Chrome 121 or newer, over https or on localhost.',
				};
			default:
				return null;
		}
	};
	const port: LabPort = {
		postMessage(command) {
			const event = answer(command);
			if (event) queueMicrotask(() => port.onmessage?.({ data: event }));
		},
		onmessage: null,
		onerror: null,
		terminate() {},
	};
	return port;
}
