import { GpuContext } from '../../gpu/gpuContext';
import type { Command } from '../client/protocol';
import { Lab } from './lab';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const lab = new Lab(
	() => GpuContext.open(navigator.gpu),
	(event, transfer = []) => scope.postMessage(event, transfer),
);

scope.addEventListener('message', ({ data }: MessageEvent<Command>) => {
	lab.handle(data);
});
