import { expect, it } from 'vitest';
import { profileNamed } from '../../../src/compiler/profile';
import type { TunedTiles } from '../../../src/experiment/records/tiles';
import type { Device } from '../../../src/gpu/device';
import type { GpuContext } from '../../../src/gpu/gpuContext';
import { MeasuredTiles, type TileStore } from '../../../src/session/worker/measuredTiles';

const row: TunedTiles = {
	product: 'k: 1×1×1',
	workgroups: 1,
	candidates: [
		{ tile: '64×64', us: 1 },
		{ tile: '32×32', us: 2 },
	],
	byRule: '32×32',
	chosen: '64×64',
	why: 'measured',
};
const gpuOf = (identity: string, kernels: 'tiled' | 'subgroup8' = 'tiled') =>
	({ adapter: { identity, profile: profileNamed(kernels) } }) as { adapter: Device } as GpuContext;
const tilesOf = async (tiles: MeasuredTiles, gpu: GpuContext) => (await tiles.apply(gpu)).adapter.profile.tiles;

function memory(): TileStore & { stored: unknown; reads: number } {
	return {
		stored: undefined,
		reads: 0,
		async read() {
			this.reads++;
			return this.stored;
		},
		async write(cache) {
			this.stored = structuredClone(cache);
		},
	};
}

it('a later page takes the tiles that were measured on this adapter', async () => {
	const store = memory();
	await new MeasuredTiles(store).add(gpuOf('a').adapter, [row]);
	const later = new MeasuredTiles(store);
	expect(await tilesOf(later, gpuOf('a'))).toEqual({ 'k: 1×1×1': '64×64' });
	expect(await tilesOf(later, gpuOf('b'))).toEqual({});
	expect(store.reads).toBe(2);
});

it('kernels without tiles need no stored ones', async () => {
	const store = memory();
	expect(await tilesOf(new MeasuredTiles(store), gpuOf('a', 'subgroup8'))).toBeUndefined();
	expect(store.reads).toBe(0);
});

it('a browser that refuses to store keeps them for this page', async () => {
	const refusing: TileStore = { read: () => Promise.reject(new Error('no')), write: () => Promise.reject(new Error('no')) };
	for (const store of [refusing, null]) {
		const tiles = new MeasuredTiles(store);
		expect(await tilesOf(tiles, gpuOf('a'))).toEqual({});
		await tiles.add(gpuOf('a').adapter, [row]);
		expect(await tilesOf(tiles, gpuOf('a'))).toEqual({ 'k: 1×1×1': '64×64' });
	}
});
