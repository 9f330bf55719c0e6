import type { TunedTiles } from '../../experiment/records/tiles';
import type { Device } from '../../gpu/device';
import type { GpuContext } from '../../gpu/gpuContext';
import { readTileCache, type TileCache, takeMeasuredTiles, withRows } from '../../gpu/tileCache';

/** A place in the browser for measured tiles. */
export interface TileStore {
	/** Whatever was stored, perhaps by another version of the page. */
	read(): Promise<unknown>;
	write(cache: TileCache): Promise<void>;
}

/** The tiles that were measured in this browser. They are kept for this page even if they can't be stored. */
export class MeasuredTiles {
	private cache: Promise<TileCache> | null = null;

	/** @param store null = nothing is stored */
	constructor(private readonly store: TileStore | null) {}

	/** Plans that are compiled for the device from now on take the tiles. */
	async apply(gpu: GpuContext): Promise<GpuContext> {
		if (gpu.adapter.profile.subgroupLanes === 0) takeMeasuredTiles(gpu.adapter, await this.read());
		return gpu;
	}

	/** Adds what was measured on a device. */
	async add(adapter: Device, rows: readonly TunedTiles[]): Promise<void> {
		const cache = withRows(await this.read(), adapter, rows);
		this.cache = Promise.resolve(cache);
		await this.store?.write(cache).catch(() => {});
	}

	private read(): Promise<TileCache> {
		const stored = async () => readTileCache(await this.store?.read().catch(() => null));
		this.cache ??= stored();
		return this.cache;
	}
}
