import { GpuContext } from '../../gpu/gpuContext';
import type { Command } from '../client/protocol';
import { Lab } from './lab';
import { browserTiles } from './storage/tileStore';
import { originFiles } from './storage/weightFiles';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const lab = new Lab(
	(timestamps) => GpuContext.open(navigator.gpu, undefined, timestamps),
	(event, transfer = []) => scope.postMessage(event, transfer),
	undefined,
	// Browsers hide it from pages that were not loaded over https or from localhost.
	'storage' in navigator ? originFiles : null,
	browserTiles,
);

scope.addEventListener('message', ({ data }: MessageEvent<Command>) => {
	lab.handle(data);
});
