import type { Command } from '../client/protocol';
import { Lab } from './lab';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const lab = new Lab(
	() => navigator.gpu,
	(event, transfer = []) => scope.postMessage(event, transfer),
);

scope.addEventListener('message', ({ data }: MessageEvent<Command>) => {
	lab.handle(data);
});
