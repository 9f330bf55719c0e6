/** Measures which tiles the products of a plan take least time with on a device. */
import type { Plan } from '../compiler/plan';
import { type Profile, withTiles } from '../compiler/profile';
import type { TileChoice } from '../compiler/tiles';
import { TILE_MARGIN, type TunedTiles } from '../experiment/records/tiles';
import { Arenas } from './arenas';
import type { GpuContext } from './gpuContext';
import type { Progress } from './library';
import { Program } from './program';
import { type Launch, timeInTurn } from './timing';

/** Rounds of each comparison, of which the median counts. */
const ROUNDS = 7;
/** Seconds for all comparisons of a plan, after which each takes fewer rounds. */
const BUDGET = 1.5;

/**
 * Times each product of a plan with all tiles that it may take, at the memory that the plan gives it. The numbers in that memory,
 * which other programs of the device share, are lost. Products of `known` names are left out.
 *
 * @param planOf compiles the plan with the tiles of a profile
 * @throws ShaderError, GpuFault
 */
export async function tuneTiles(
	gpu: GpuContext,
	planOf: (profile: Profile) => Plan,
	known: ReadonlySet<string> = new Set(),
	progress?: Progress,
): Promise<TunedTiles[]> {
	const { adapter, library, pool } = gpu;
	const rule = withTiles(adapter.profile, undefined);
	const products = [...choicesOf(planOf(rule)).values()].filter(({ product }) => !known.has(product));
	const open = products.filter(({ candidates }) => candidates.length > 1);
	if (open.length === 0) return products.map((choice) => tuned(choice, []));
	const parts = [...new Set(open.flatMap(({ candidates }) => candidates))].map((tile) => {
		const plan = planOf(withTiles(rule, Object.fromEntries(open.map(({ product }) => [product, tile]))));
		return { tile, ...onlyProducts(plan, open, tile) };
	});
	const plans = parts.map(({ plan }) => plan);
	await library.prepare(plans, progress);
	const arenas = await Arenas.create(adapter.device, plans[0].arena, arenasOf(plans));
	const programs: Program[] = [];
	try {
		for (const plan of plans) programs.push(await Program.create(library, plan, arenas, pool));
		const found: TunedTiles[] = [];
		for (const choice of products) {
			const launches = parts.flatMap(({ tile, order }, i): (Launch & { tile: string })[] => {
				const at = order.indexOf(choice.product);
				return at < 0 ? [] : [{ tile, program: programs[i], at }];
			});
			const seconds = launches.length > 0 ? await timeInTurn(adapter.device, launches, ROUNDS, BUDGET / open.length) : [];
			const times = launches.map(({ tile }, i) => ({ tile, us: seconds[i] * 1e6 }));
			found.push(tuned(choice, times));
		}
		gpu.check();
		return found;
	} finally {
		for (const part of [...programs, arenas]) part.destroy();
	}
}

/** The choice of a product, given the median microseconds of its tiles; none if it has one tile only. */
export function tuned({ product, workgroups, candidates, byRule }: TileChoice, times: readonly { tile: string; us: number }[]): TunedTiles {
	const known = { product, workgroups, byRule };
	const rule = times.find(({ tile }) => tile === byRule);
	if (!rule) return { ...known, candidates: candidates.map((tile) => ({ tile, us: null })), chosen: byRule, why: 'only' };
	const fastest = times.reduce((best, time) => (time.us < best.us ? time : best));
	// 0 if the empty submission that is subtracted happened to take longer.
	const isFaster = fastest.us > 0 && fastest.us < (1 - TILE_MARGIN) * rule.us;
	return { ...known, candidates: [...times], chosen: isFaster ? fastest.tile : byRule, why: isFaster ? 'measured' : 'rule' };
}

/** The choices of a plan by product. */
const choicesOf = ({ dispatches }: Plan): Map<string, TileChoice> =>
	new Map(dispatches.flatMap(({ tiles }) => (tiles ? [[tiles.product, tiles] as const] : [])));

/** A plan of one dispatch for each of the products that has taken the tile, and the products in its order. */
function onlyProducts(plan: Plan, products: readonly TileChoice[], tile: string): { plan: Plan; order: string[] } {
	const wanted = new Set(products.map(({ product }) => product));
	const first = new Map(
		plan.dispatches
			.flatMap((dispatch) =>
				dispatch.tiles && wanted.has(dispatch.tiles.product) && dispatch.tiles.chosen === tile
					? [[dispatch.tiles.product, dispatch] as const]
					: [],
			)
			.reverse(),
	);
	return { plan: { ...plan, dispatches: [...first.values()], repeated: undefined }, order: [...first.keys()] };
}

/** The arenas that the plans bind. */
function arenasOf(plans: readonly Plan[]): Plan['arenas'] {
	const bound = new Set(
		plans.flatMap(({ dispatches }) => dispatches.flatMap(({ bindings }) => Object.values(bindings).map(({ buffer }) => buffer))),
	);
	const names = Object.keys(plans[0].arenas) as (keyof Plan['arenas'])[];
	return Object.fromEntries(names.map((name) => [name, bound.has(name)])) as Plan['arenas'];
}
