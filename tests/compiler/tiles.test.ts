import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { type Plan, variantKey } from '../../src/compiler/plan';
import { type Profile, profileNamed, withLargeTiles, withTiles } from '../../src/compiler/profile';
import { chooseTiles, productName, type TileChoice } from '../../src/compiler/tiles';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { methodsOf } from '../../src/experiment/methods/names';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import type { Kernel } from '../../src/graph/kernel';
import { modelConfig } from '../../src/model/experimentModel';
import { stepShape, trainingGraph } from '../../src/training/trainingGraphs';

const TILED = profileNamed('tiled');

it('names products by kernel and extents, equal ones once', () => {
	expect(productName('matmulTN', [[64, 192, 1024, 8]])).toBe('matmulTN: 64×192×1024 in 8 parts');
	const [qkv, out] = [[1024, 64, 64, 1] as const, [1024, 192, 64, 1] as const];
	expect(productName('productsNT', [qkv, qkv, out])).toBe('productsNT: 2 of 1024×64×64 + 1024×192×64');
});

describe('the tiles of a product', () => {
	const small = { sizes: { TILE_ROWS: 32, TILE_COLUMNS: 32 }, constants: { TILE: 32 } };
	const kernel: Kernel = { name: 'k', file: 'k', sizes: { TILE_ROWS: 64, TILE_COLUMNS: 64 }, grid: () => [1, 1, 1], small };
	const chosen = (workgroups: number, tiles?: Profile['tiles'], fits?: { large: boolean; small: boolean }) => {
		const { tiles: choice, change } = chooseTiles(kernel, 'k: 1×1×1', workgroups, withTiles(TILED, tiles), fits);
		expect(change).toBe(choice.chosen === '32×32' ? small : change);
		expect(Object.keys(change)).toHaveLength(choice.chosen === '32×32' ? 2 : 0);
		return choice;
	};

	it('are small where few workgroups would not fill the adapter', () => {
		const both = { candidates: ['64×64', '32×32'], product: 'k: 1×1×1' };
		expect(chosen(127)).toEqual({ ...both, workgroups: 127, byRule: '32×32', chosen: '32×32' });
		expect(chosen(128)).toEqual({ ...both, workgroups: 128, byRule: '64×64', chosen: '64×64' });
	});

	it('are those that were measured, unless there is no such tile', () => {
		expect(chosen(127, { 'k: 1×1×1': '64×64' })).toMatchObject({ byRule: '32×32', chosen: '64×64' });
		expect(chosen(127, { 'k: 1×1×1': '128×64' }).chosen).toBe('32×32');
		expect(chosen(127, { 'k: 2×1×1': '64×64' }).chosen).toBe('32×32');
	});

	it('are the only ones that fit, whatever the rule or a measurement says', () => {
		const measured = { 'k: 1×1×1': '32×32' };
		expect(chosen(1, measured, { large: true, small: false })).toMatchObject({ candidates: ['64×64'], byRule: '64×64', chosen: '64×64' });
		expect(chosen(999, {}, { large: false, small: true })).toMatchObject({ candidates: ['32×32'], byRule: '32×32', chosen: '32×32' });
	});
});

const { experiment } = findPreset('default') as { experiment: Experiment };
const methods = methodsOf({ methods: METHODS.map(({ name }) => name) });
const planOf = (method: (typeof methods)[number], profile: Profile): Plan =>
	compile(trainingGraph(modelConfig(experiment, method, 89), stepShape(experiment)), { profile });
const choicesOf = ({ dispatches }: Plan): TileChoice[] => dispatches.flatMap(({ tiles }) => tiles ?? []);

describe.each([TILED, withLargeTiles(TILED)])(
	'plans of the default experiment, small tiles below $fillingWorkgroups workgroups',
	(profile) => {
		it.each(methods)('of $name differ by tiles alone, whatever was measured', (method) => {
			const rule = planOf(method, profile);
			const choices = choicesOf(rule);
			expect(choices.length).toBeGreaterThan(0);
			expect(choices.every(({ byRule, chosen }) => byRule === chosen)).toBe(true);
			const withoutTiles = ({ dispatches, ...rest }: Plan) => ({
				...rest,
				dispatches: dispatches.map(({ variant, grid, uniforms, tiles, ...dispatch }) => ({
					...dispatch,
					file: variant.file,
					overrides: variant.overrides,
					uniforms: { ...uniforms, firstTile: 0, tilesAcross: 0 },
				})),
				statistics: { ...rest.statistics, pipelines: 0 },
			});
			for (const tile of ['64×64', '32×32']) {
				const measured = Object.fromEntries(choices.map(({ product }) => [product, tile]));
				const plan = planOf(method, withTiles(profile, measured));
				for (const { candidates, chosen, byRule } of choicesOf(plan)) expect(chosen).toBe(candidates.includes(tile) ? tile : byRule);
				expect(withoutTiles(plan)).toEqual(withoutTiles(rule));
			}
		});

		it('dispatches of one name do the same work with the same kernel', () => {
			const known = new Map<string, string>();
			for (const { tiles, variant, grid, flops } of methods.flatMap((method) => planOf(method, profile).dispatches)) {
				if (!tiles) continue;
				const work = JSON.stringify([variantKey(variant), grid, flops]);
				expect(known.get(tiles.product) ?? work).toBe(work);
				known.set(tiles.product, work);
			}
		});
	},
);
