import { GpuFault } from '../gpu/fault';
import { GpuContext } from '../gpu/gpuContext';
import { openDawn } from './dawn';
import { takeTileFile } from './tileFile';

/** WebGPU in Node, with an open device. */
export interface NodeGpu {
	context: GpuContext;
	/** Opens a new device after the last one was lost. */
	reopen(): Promise<GpuContext>;
	/** Rejects at the first uncaptured WebGPU error, which would otherwise show only as wrong numbers. */
	fault: Promise<never>;
	close(): void;
}

/** @throws NoGpuError */
export async function openGpu(): Promise<NodeGpu> {
	const dawn = openDawn();
	let report: (error: Error) => void = () => {};
	const fault = new Promise<never>((_, reject) => {
		report = reject;
	});
	fault.catch(() => {});
	let context: GpuContext;
	const open = async () => {
		context = await GpuContext.open(dawn.gpu);
		takeTileFile(context.adapter);
		context.lost.catch((reason) => reason instanceof GpuFault && report(reason));
		return context;
	};
	try {
		return {
			context: await open(),
			reopen: open,
			fault,
			close() {
				context.close();
				dawn.close();
			},
		};
	} catch (error) {
		dawn.close();
		throw error;
	}
}
