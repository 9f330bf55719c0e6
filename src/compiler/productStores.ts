import { type Gating, type GatingGradient, type Operand, type Rotation, together } from '../graph/kernel';
import { columnsOf, paddedSizeOf, strideOf, type Tensor } from '../graph/tensor';
import type { Call } from './lower';
import type { Profile } from './profile';

/** A change that a kernel of products makes to its results as it stores them; see `STORE` in `shaders/products_tiled.wgsl`. */
export interface Store {
	form: 'plain' | 'rotated' | 'gated' | 'gateGradient';
	/** The value of the kernel's `STORE`. */
	override: number;
	/** The memory that the kernel writes; absent = each part's result. */
	results?: readonly Operand[];
	/** Further memory that the kernel reads. */
	d?: Operand;
	e?: Operand;
	/** Half a head of each part that is rotated, or 0. */
	half: readonly number[];
	uniforms: { length: number; tableStride: number; sinStart: number };
	/** Bytes that it reads and writes besides the parts' results. */
	moved: number;
	/** True if tiles of so many columns have all that it needs. */
	fits(tileColumns: number): boolean;
}

const NO_TABLE = { length: 0, tableStride: 0, sinStart: 0 };
const bytesOf = (tensors: readonly Tensor[]): number => tensors.reduce((sum, { shape }) => sum + 4 * paddedSizeOf(shape), 0);

export const PLAIN: Store = { form: 'plain', override: 0, half: [], uniforms: NO_TABLE, moved: 0, fits: () => true };

/** Rotates the results of some parts. Undefined if the parts have several tables, or if the kernels for the profile can't. */
export function rotated(parts: readonly Call[], rotations: readonly (Rotation | undefined)[], profile: Profile): Store | undefined {
	const first = rotations.find((rotation) => rotation !== undefined);
	if (!first) return undefined;
	const { cos, sin } = first;
	const half = columnsOf(cos.shape);
	const isAlike = rotations.every((rotation) => !rotation || (rotation.cos === cos && rotation.sin === sin && rotation.direction === 1));
	if (!isAlike || cos.kind === 'value' || sin.kind === 'value') return undefined;
	// There the numbers of a pair are in lanes that exchange them, a vec4 each.
	if (profile.subgroupLanes > 0 && ![1, 2, 4].some((lanes) => lanes < profile.subgroupLanes && half === 4 * lanes)) return undefined;
	const table = together([cos, sin]);
	return {
		form: 'rotated',
		override: 1,
		results: parts.map(({ bindings }, i) => rotations[i]?.out ?? bindings.c),
		d: table,
		half: rotations.map((rotation) => (rotation ? half : 0)),
		uniforms: { length: cos.shape[0], tableStride: strideOf(cos.shape), sinStart: table.holds.get(sin) ?? 0 },
		moved: bytesOf([cos, sin]),
		fits: (tile) => tile % (2 * half) === 0 || parts.every(({ uniforms }, i) => !rotations[i] || uniforms.columns <= tile),
	};
}

/** Applies SwiGLU to two products, gate and up in this order. */
export const gated = ({ gate, up, out }: Gating): Store => ({
	...PLAIN,
	form: 'gated',
	override: 2,
	results: [gate, up, out],
	moved: bytesOf([out]),
});

/** Applies SwiGLU's gradient to the gradient of its result. */
export const gateGradient = ({ gate, up, dy, dGate, dUp }: GatingGradient): Store => ({
	...PLAIN,
	form: 'gateGradient',
	override: 3,
	results: [dGate, dUp],
	d: gate,
	e: up,
	moved: bytesOf([gate, up, dGate, dUp]) - bytesOf([dy]),
});

/** Columns of the largest tile of a product on its own. */
export const tileColumns = (call: Call, profile: Profile): number => {
	const { sizes } = profile.subgroupLanes > 0 ? (call.kernel.onSubgroups?.(profile.subgroupLanes) ?? {}) : call.kernel;
	return (sizes ?? call.kernel.sizes).TILE_COLUMNS;
};
