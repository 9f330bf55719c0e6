import { OLDEST_CHROME } from '../../../experiment/records/adapter';
import type { Command, Event } from '../protocol';

/** The part of a Worker that the client uses. Tests pass their own. */
export interface LabPort {
	postMessage(command: Command): void;
	onmessage: ((message: { data: Event }) => void) | null;
	/** A script that failed to load, or an uncaught error. */
	onerror: ((error: { message?: string }) => void) | null;
	terminate(): void;
}

/** The training worker. If the browser can't run it, a port that reports the reason, and no worker is loaded. */
export function openPort(): LabPort {
	if (!navigator.gpu) return portWithoutGpu('This browser has no WebGPU, or does not offer it to this page.');
	if (!('Float16Array' in globalThis)) return portWithoutGpu('This browser has WebGPU, but is too old for this page.');
	return startWorker();
}

/** Starts the training worker: its own chunk, so that no GPU code is in the first bundle. */
function startWorker(): LabPort {
	const worker = new Worker(new URL('../../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' });
	return worker as unknown as LabPort;
}

/** Answers every command as a worker without WebGPU would. */
function portWithoutGpu(reason: string): LabPort {
	const answer = (command: Command): Event | null => {
		if (command.type === 'estimate') {
			const nothing = { methods: [], gpuBytes: 0, seconds: null, vocabularySize: 0, problems: [] };
			return { type: 'answer', id: command.id, request: 'estimate', answer: nothing };
		}
		if ('id' in command) return { type: 'failed', id: command.id, message: reason };
		if (command.type !== 'open' && command.type !== 'start') return null;
		return { type: 'unavailable', reason, advice: `Open the page in Chrome ${OLDEST_CHROME} or newer, over https or on localhost.` };
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
