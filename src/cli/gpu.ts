import { Workbench } from '../training/workbench';
import { openDawn } from './dawn';

/** The device refused something that it was asked to do: a mistake of ours, or no memory left. */
export class GpuFault extends Error {
	override name = 'GpuFault';
}

/** Dawn's GPU with its first workbench open. */
export interface Gpu {
	bench: Workbench;
	/** One more device, after the last was lost. */
	reopen(): Promise<Workbench>;
	/** Rejects at the first error that no one else reports: a wrong number would be the only other sign of it. */
	fault: Promise<never>;
	close(): void;
}

/** @throws NoGpuError */
export async function openGpu(): Promise<Gpu> {
	const dawn = openDawn();
	let report: (error: Error) => void = () => {};
	const fault = new Promise<never>((_, reject) => {
		report = reject;
	});
	fault.catch(() => {});
	let bench: Workbench;
	const open = async () => {
		bench = await Workbench.open(dawn.gpu);
		bench.adapter.device.addEventListener('uncapturederror', (event) => {
			event.preventDefault();
			report(new GpuFault(`the GPU reports: ${event.error.message}`));
		});
		return bench;
	};
	try {
		return {
			bench: await open(),
			reopen: open,
			fault,
			close() {
				bench.close();
				dawn.close();
			},
		};
	} catch (error) {
		dawn.close();
		throw error;
	}
}
