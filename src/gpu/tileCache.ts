/** Tiles that were measured on the adapters of a machine, as they are kept there. */
import * as v from 'valibot';
import { withTiles } from '../compiler/profile';
import type { TunedTiles } from '../experiment/records/tiles';
import type { Device } from './device';
import { SHADERS } from './shaders';

export interface TileCache {
	format: 1;
	/** Checksum of the kernels with tiles. */
	kernels: number;
	/** By the identity of the adapter. */
	adapters: Record<string, TunedTiles[]>;
}

const ROW = v.object({
	product: v.string(),
	workgroups: v.number(),
	candidates: v.array(v.object({ tile: v.string(), us: v.nullable(v.number()) })),
	byRule: v.string(),
	chosen: v.string(),
	why: v.picklist(['measured', 'rule', 'only']),
});
const CACHE = v.object({ format: v.literal(1), kernels: v.number(), adapters: v.record(v.string(), v.array(ROW)) });

/** Changes with the text of any kernel that has tiles: times of other kernels say nothing about it. */
const kernels = Object.keys(SHADERS)
	.sort()
	.map((file) => SHADERS[file])
	.filter((text) => /^const TILE = /m.test(text))
	.reduce((sum, text) => Array.from(text).reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, sum), 0);

/** Checks a stored cache. Returns an empty one if it is damaged, or if the kernels have changed since. */
export function readTileCache(stored: unknown): TileCache {
	const { success, output } = v.safeParse(CACHE, stored);
	return success && output.kernels === kernels ? (output as TileCache) : { format: 1, kernels, adapters: {} };
}

/** The cache with further rows of an adapter, in place of those of the same products. */
export function withRows(cache: TileCache, { identity }: Pick<Device, 'identity'>, rows: readonly TunedTiles[]): TileCache {
	const replaced = new Set(rows.map(({ product }) => product));
	const others = (cache.adapters[identity] ?? []).filter(({ product }) => !replaced.has(product));
	return { ...cache, adapters: { ...cache.adapters, [identity]: [...others, ...rows] } };
}

/** Plans that are compiled for the device from now on take the tiles that were measured on its adapter. Their numbers stay the same. */
export function takeMeasuredTiles(device: Device, cache: TileCache): void {
	const rows = cache.adapters[device.identity] ?? [];
	const tiles = Object.fromEntries(rows.filter(({ why }) => why === 'measured').map(({ product, chosen }) => [product, chosen]));
	device.profile = withTiles(device.profile, tiles);
}
