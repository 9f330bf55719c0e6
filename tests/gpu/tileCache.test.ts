import { describe, expect, it } from 'vitest';
import { profileNamed } from '../../src/compiler/profile';
import type { TunedTiles } from '../../src/experiment/records/tiles';
import type { Device } from '../../src/gpu/device';
import { readTileCache, takeMeasuredTiles, withRows } from '../../src/gpu/tileCache';
import { tuned } from '../../src/gpu/tuning';

const choice = { product: 'k: 1×1×1', workgroups: 64, candidates: ['64×64', '32×32'], byRule: '64×64', chosen: '64×64' };
const times = (large: number, small: number) => [
	{ tile: '64×64', us: large },
	{ tile: '32×32', us: small },
];
const measured = tuned(choice, times(10, 5));

describe('the choice of a product', () => {
	it('is a measured tile that is clearly faster than that of the rule', () => {
		expect(measured).toMatchObject({ byRule: '64×64', chosen: '32×32', why: 'measured', candidates: times(10, 5) });
		expect(tuned({ ...choice, byRule: '32×32' }, times(5, 10))).toMatchObject({ chosen: '64×64', why: 'measured' });
	});

	it('is that of the rule if no other is faster by more than noise', () => {
		for (const small of [9.6, 10, 20]) expect(tuned(choice, times(10, small))).toMatchObject({ chosen: '64×64', why: 'rule' });
	});

	it('is that of the rule if a time is lost in noise', () => {
		for (const [large, small] of [
			[10, 0],
			[0, 10],
			[0, 0],
		])
			expect(tuned(choice, times(large, small))).toMatchObject({ chosen: '64×64', why: 'rule' });
	});

	it('is not measured where one tile fits', () => {
		expect(tuned({ ...choice, candidates: ['64×64'] }, [])).toMatchObject({
			chosen: '64×64',
			why: 'only',
			candidates: [{ tile: '64×64', us: null }],
		});
	});
});

const deviceNamed = (identity: string) => ({ identity, profile: profileNamed('tiled') }) as Device;
const stored = (...rows: TunedTiles[]) => JSON.parse(JSON.stringify(withRows(readTileCache(null), deviceNamed('a'), rows)));
const tilesFor = (identity: string, cache: unknown) => {
	const device = deviceNamed(identity);
	takeMeasuredTiles(device, readTileCache(cache));
	return device.profile.tiles;
};

describe('the cache', () => {
	it('keeps the tiles of an adapter, and no other adapter takes them', () => {
		expect(tilesFor('a', stored(measured))).toEqual({ 'k: 1×1×1': '32×32' });
		expect(tilesFor('b', stored(measured))).toEqual({});
	});

	it('replaces a product that is measured again, and leaves the others', () => {
		const other = { ...measured, product: 'k: 2×1×1' };
		const again = withRows(readTileCache(stored(measured, other)), deviceNamed('a'), [tuned(choice, times(5, 10))]);
		expect(tilesFor('a', again)).toEqual({ 'k: 2×1×1': '32×32' });
	});

	it('leaves the rule alone where it was right, so that a later rule counts', () => {
		expect(tilesFor('a', stored(tuned(choice, times(10, 10))))).toEqual({});
	});

	const damaged: [what: string, change: (cache: ReturnType<typeof stored>) => unknown][] = [
		['nothing', () => undefined],
		['text', () => 'tiles'],
		['a list', () => []],
		['another format', (cache) => ({ ...cache, format: 2 })],
		['other kernels', (cache) => ({ ...cache, kernels: cache.kernels + 1 })],
		['no adapters', ({ adapters: _, ...cache }) => cache],
		['a row without its product', (cache) => ({ ...cache, adapters: { a: [{ ...measured, product: undefined }] } })],
		['a tile that is a number', (cache) => ({ ...cache, adapters: { a: [{ ...measured, chosen: 32 }] } })],
	];
	it.each(damaged)('is empty if what was kept is %s', (_, change) => {
		expect(readTileCache(change(stored(measured)))).toEqual(readTileCache(null));
	});
});
