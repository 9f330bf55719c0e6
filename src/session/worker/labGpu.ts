import type { GpuContext } from '../../gpu/gpuContext';
import { measureSpeed, type Speed } from '../../gpu/speed';
import type { Post } from './post';

/** The worker's device, and its speed once it was measured. */
export class LabGpu {
	private context: Promise<GpuContext> | null = null;
	private measured: Speed | null = null;
	private measuring: Promise<Speed | null> | null = null;

	/** @param openGpu opens a new device each time it is called */
	constructor(
		private readonly openGpu: () => Promise<GpuContext>,
		private readonly post: Post,
	) {}

	/** True if there is a device, or one is being opened. */
	get isOpened(): boolean {
		return this.context !== null;
	}

	/** Null until it was measured. */
	get speed(): Speed | null {
		return this.measured;
	}

	/** The device, opened at the first need. It may have been lost since: a session replaces it. */
	open(): Promise<GpuContext> {
		this.context ??= this.openAnother();
		this.context.catch(() => {
			this.context = null;
		});
		return this.context;
	}

	/** A new device. Until there is one, the lost one keeps its place: a GPU that was there before is waited for. */
	readonly reopen = async (): Promise<GpuContext> => {
		const context = await this.openAnother();
		this.context = Promise.resolve(context);
		return context;
	};

	/** A device that was not lost. */
	async openWorking(): Promise<GpuContext> {
		const context = await this.open();
		return context.isLost ? this.reopen() : context;
	}

	/** The adapter of the device; null if there is no device. */
	readonly adapter = (): Promise<GpuContext['adapter'] | null> =>
		this.open().then(
			(context) => context.adapter,
			() => null,
		);

	/** Measures the speed once. Null if the device is lost meanwhile, which is reported elsewhere: the next call measures again. */
	async measure(): Promise<Speed | null> {
		const { library, adapter } = await this.open();
		this.measuring ??= measureSpeed(library, adapter.profile).catch(() => null);
		this.measured = await this.measuring;
		if (!this.measured) this.measuring = null;
		return this.measured;
	}

	private async openAnother(): Promise<GpuContext> {
		const context = await this.openGpu();
		const { name, vendor, architecture, software, profile } = context.adapter;
		this.post({ type: 'adapter', adapter: { name, vendor, architecture, software, kernels: profile.description } });
		return context;
	}
}
