import { GpuContext } from '../gpu/gpuContext';
import { openDawn } from './dawn';

/** The device refused something that it was asked to do: a mistake of ours, or no memory left. */
class GpuFault extends Error {
	override name = 'GpuFault';
}

/** Dawn, with a device open. */
export interface NodeGpu {
	context: GpuContext;
	/** One more device, after the last was lost. */
	reopen(): Promise<GpuContext>;
	/** Rejects at the first error that no one else reports: a wrong number would be the only other sign of it. */
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
			report(new GpuFault(`the GPU reports: ${event.error.message}`));
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
