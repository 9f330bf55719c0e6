/** Tiles of products on GPUs. They change no bit of a sum, so speed alone decides: by a rule, or as a tuning run has measured. */
import type { Kernel, KernelChange, Sizes } from '../graph/kernel';
import type { Profile } from './profile';

/** The tiles of a dispatch of products, and what they were chosen from. */
export interface TileChoice {
	/** Kernel and extents. Dispatches of the same name do the same work. */
	product: string;
	/** Number of workgroups with the largest tiles, on which the rule depends. */
	workgroups: number;
	/** The tiles that it may take, such as `64×64`. */
	candidates: readonly string[];
	byRule: string;
	chosen: string;
}

/** Of C = A·B: rows and columns of C, the inner extent, and the parts that each sum is split into. */
export type ProductExtent = readonly [rows: number, columns: number, inner: number, parts: number];

/** Names the work of a dispatch, such as `matmulTN: 64×192×1024 in 8 parts`. */
export function productName(kernel: string, extents: readonly ProductExtent[]): string {
	const names = extents.map(([rows, columns, inner, parts]) => `${rows}×${columns}×${inner}${parts > 1 ? ` in ${parts} parts` : ''}`);
	return `${kernel}: ${[...new Set(names)].map((name) => counted(name, names)).join(' + ')}`;
}

function counted(name: string, names: readonly string[]): string {
	const count = names.filter((other) => other === name).length;
	return count > 1 ? `${count} of ${name}` : name;
}

/** Small tiles below the profile's number of workgroups, unless others were measured to be faster. */
export function chooseTiles(
	{ sizes, small = {} }: Kernel,
	product: string,
	workgroups: number,
	{ fillingWorkgroups, tiles }: Profile,
	/** The tiles that fit what the dispatch does besides. */
	fits = { large: true, small: true },
): { tiles: TileChoice; change: KernelChange } {
	const [large, smaller] = [sizes, small.sizes ?? sizes].map(tileName);
	const candidates = [...(fits.large ? [large] : []), ...(fits.small ? [smaller] : [])];
	const wanted = workgroups < fillingWorkgroups ? smaller : large;
	const byRule = candidates.includes(wanted) ? wanted : candidates[0];
	const measured = tiles?.[product] ?? byRule;
	const chosen = candidates.includes(measured) ? measured : byRule;
	return { tiles: { product, workgroups, candidates, byRule, chosen }, change: chosen === large ? {} : small };
}

const tileName = ({ TILE_ROWS, TILE_COLUMNS }: Sizes): string => `${TILE_ROWS}×${TILE_COLUMNS}`;
