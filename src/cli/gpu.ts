import { GpuContext } from '../gpu/gpuContext';
import { openDawn } from './dawn';

/** An uncaptured WebGPU error: a bug in the lab, or the device is out of memory. */
class GpuFault extends Error {
	override name = 'GpuFault';
}

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
		context.adapter.device.addEventListener('uncapturederror', (event) => {
			event.preventDefault();
			report(new GpuFault(`GPU error: ${event.error.message}`));
		});
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
