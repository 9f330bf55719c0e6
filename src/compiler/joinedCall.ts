import { type Grid, type Kernel, type KernelCall, type Operand, type Scratch, UNUSED } from '../graph/kernel';
import { paddedSizeOf, type Tensor } from '../graph/tensor';
import type { Call } from './lower';
import type { ArenaLayout } from './plan';
import { PLAIN, type Store } from './productStores';
import { type Profile, withLargeTiles, withSmallTiles, withTiles } from './profile';
import { selectKernel } from './selectKernel';
import { chooseTiles, type ProductExtent, productName, type TileChoice } from './tiles';

/** Parts that the uniforms of `products_*.wgsl` have room for. */
export const MOST_PARTS = 4;
const NO_TILE = 0xffffffff;

/** The memory with a factor of each part, and the start of each in floats. */
export interface Factors {
	operand: Operand;
	offsets: readonly number[];
}

/** The factors of all parts; those of the parts from `second.from` on are in a memory of their own. */
export interface AllFactors {
	a: Factors;
	b: Factors;
	second?: { from: number; a: Operand; b: Operand };
	/** Set if a is normalised while it is loaded; `kept` holds the normalised rows and what they were divided by. */
	norm?: { weight: number; epsilon: number; kept: Scratch; inverseStart: number };
}

/** Memory to bind for a part that is missing. Each has its own, because WebGPU refuses to write one range through two bindings. */
const missing = (part: number): Scratch => ({ scratch: `no part ${part}`, floats: 4 });

/** The place of each part's weights in the arena of all parameters. */
export function weightsOf(parts: readonly Call[], layout: ArenaLayout): Factors {
	const entryOf = ({ bindings }: Call) => layout.entries.find(({ name }) => name === (bindings.b as Tensor).name)?.offset ?? 0;
	return { operand: { arena: 'parameters', isWhole: true }, offsets: parts.map(entryOf) };
}

/** One call for all parts: products side by side, or the summands of one product, in order. */
export function joinedCall(parts: readonly Call[], { a, b, second, norm }: AllFactors, profile: Profile, store: Store = PLAIN): Call {
	const [first] = parts;
	const { joint } = first;
	if (!joint) throw new Error(`${first.label}: products of this kind are not joined`);
	const isSum = joint.shares === 'c';
	const isOne = isSum || store.form === 'gated';
	const name = nameOf(joint.kernel, store, norm !== undefined);
	const { grids, constants, tiles: choice } = tilesOf(parts, { name, isOne, isNormed: norm !== undefined }, store, profile);
	let tiles = 0;
	const firstTile = grids.map(([x, y]) => {
		const start = tiles;
		tiles += x * y;
		return start;
	});
	const filled = (numbers: readonly number[], missing = 0) => [...numbers, ...Array(MOST_PARTS - numbers.length).fill(missing)];
	const uniform = (name: string) => filled(parts.map(({ uniforms }) => uniforms[name]));
	const vectors = (floats: readonly number[]) => filled(floats.map((offset) => offset / 4));
	const names = ['rows', 'columns', 'inner', 'strideA', 'strideB', 'strideC', 'innerPerSplit'];
	const last = parts[parts.length - 1];
	const own = store.results ?? (isSum ? [last.bindings.c] : parts.map(({ bindings }) => bindings.c));
	const results = norm ? [...own, ...Array.from({ length: MOST_PARTS - 1 - own.length }, (_, i) => missing(i)), norm.kept] : own;
	// On software adapters the store is a uniform, because lavapipe compiles a second kernel longer than a branch.
	const overrides = profile.subgroupLanes > 0 ? {} : { STORE: store.override, ...(norm && { NORMED: 1 }) };
	return {
		...(isSum ? last : first),
		joint: undefined,
		kernel: {
			...joint.kernel,
			name,
			overrides: { ...joint.kernel.overrides, ...overrides },
		},
		...(constants && { constants }),
		...(choice && { tiles: choice }),
		bindings: {
			a: a.operand,
			b: b.operand,
			...Object.fromEntries(Array.from({ length: MOST_PARTS }, (_, i) => [`c${i}`, results.at(i) ?? missing(i)])),
			d: store.d ?? second?.a ?? first.bindings.residual,
			e: store.e ?? second?.b ?? UNUSED,
		},
		uniforms: {
			store: store.override,
			summands: isOne ? parts.length : 0,
			hasResidual: first.uniforms.hasResidual,
			second: second?.from ?? MOST_PARTS,
			...store.uniforms,
			normWeight: (norm?.weight ?? 0) / 4,
			inverseStart: norm?.inverseStart ?? 0,
			epsilon: norm?.epsilon ?? 0,
		},
		partUniforms: {
			...Object.fromEntries(names.map((name) => [name, uniform(name)])),
			firstA: vectors(a.offsets),
			firstB: vectors(b.offsets),
			firstTile: isOne ? filled([0], NO_TILE) : filled(firstTile, NO_TILE),
			tilesAcross: filled(grids.map(([x]) => x)),
			half: filled(store.half),
		},
		extent: [isOne ? grids[0][0] * grids[0][1] : tiles, 1, Math.max(...grids.map(([, , z]) => z))],
		flops: parts.reduce((sum, { flops = 0 }) => sum + flops, 0),
		moved: movedBy(parts, isSum) + store.moved + 4 * (norm?.kept.floats ?? 0),
	};
}

/** The kernel's name in plans, with what it does before and after. */
const nameOf = ({ name }: Kernel, { form }: Store, isNormed: boolean): string =>
	[...(isNormed ? ['rmsNorm'] : []), name, ...SPOKEN[form]].join(', ');
const SPOKEN = { plain: [], rotated: ['rope'], gated: ['swiglu'], gateGradient: ['swigluGradient'] } as const;

/** True if the parts take small tiles by the rule, whatever was measured: plans differ by tiles alone. */
export const takeSmallTiles = (parts: readonly Call[], store: Store, profile: Profile): boolean =>
	tilesOf(parts, { name: '', isOne: store.form === 'gated', isNormed: false }, store, withTiles(profile, undefined)).constants !==
	undefined;

/** Grids of the parts with tiles of one size, and the `const`s that set it: by the rule, small ones if all parts together have few workgroups. */
function tilesOf(
	parts: readonly Call[],
	{ name, isOne, isNormed }: { name: string; isOne: boolean; isNormed: boolean },
	store: Store,
	profile: Profile,
): { grids: Grid[]; constants?: KernelCall['constants']; tiles?: TileChoice } {
	// A tile of two products has half of its columns from each, unless a workgroup makes one after the other.
	const isHalved = store.form === 'gated' && profile.subgroupLanes === 0;
	const sized = parts.map((call): Call => (isHalved ? { ...call, extent: [call.extent[0], 2 * call.extent[1], 1] } : call));
	const gridsOf = (tiles: Profile) => sized.map((call) => selectKernel(call, tiles).grid);
	const large = gridsOf(withLargeTiles(profile));
	const [{ kernel }] = parts;
	const { small } = kernel;
	if (!small || profile.subgroupLanes > 0) return { grids: large };
	const workgroups = (isOne ? [large[0]] : large).reduce((sum, [x, y, z]) => sum + x * y * z, 0);
	const extents = parts.map(({ extent: [rows, columns, splits], uniforms }): ProductExtent => [rows, columns, uniforms.inner, splits]);
	// Large tiles that are normalised need more workgroup memory than WebGPU guarantees.
	const fits = { large: !isNormed, small: store.fits(small.sizes?.TILE_COLUMNS ?? 0) };
	const { tiles, change } = chooseTiles(kernel, productName(name, extents), workgroups, profile, fits);
	return { grids: change === small ? gridsOf(withSmallTiles(profile)) : large, constants: change.constants, tiles };
}

/** Bytes of the parts' own operands, and of the one that they share once. */
function movedBy(parts: readonly KernelCall[], isSum: boolean): number {
	const sizes = new Map<Operand, number>();
	parts.forEach(({ bindings, uniforms, extent }, part) => {
		for (const [name, operand] of Object.entries(bindings)) {
			if (name === 'residual' && part > 0) continue;
			if (name === 'c' && isSum && part < parts.length - 1) continue;
			const floats = name === 'c' ? extent[2] * uniforms.rows * uniforms.strideC : 'id' in operand ? paddedSizeOf(operand.shape) : 0;
			sizes.set(operand, floats * 4);
		}
	});
	return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}
