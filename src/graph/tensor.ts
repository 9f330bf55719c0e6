/** Row-major tensors with static shapes. A graph only describes them; numbers live in an interpreter or on a device. */

export type Shape = readonly number[];
export type DType = 'f32' | 'i32';

/**
 * - `input`: written by the host before a step (tokens, learning rate, λ sliders).
 * - `parameter`: trained; `state`: an optimiser moment. Both live across steps.
 * - `constant`: written once (RoPE tables).
 * - `value`: computed by a node.
 */
export type TensorKind = 'input' | 'parameter' | 'state' | 'constant' | 'value';

export interface Tensor {
	readonly id: number;
	readonly name: string;
	readonly kind: TensorKind;
	readonly shape: Shape;
	readonly dtype: DType;
}

/** Elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** The last extent: what lies side by side in memory. A scalar counts as one column. */
export const columnsOf = (shape: Shape): number => shape.at(-1) ?? 1;

/** Everything but the last extent, flattened. */
export const rowsOf = (shape: Shape): number => sizeOf(shape) / Math.max(1, columnsOf(shape));

/**
 * Floats from one row to the next on a device: rows are padded to whole vec4s, and the padding always holds zeros, so
 * that every kernel may load four columns at once whatever the width.
 */
export const strideOf = (shape: Shape): number => Math.ceil(columnsOf(shape) / 4) * 4;

/** Floats that a tensor takes on a device, padding included. */
export const paddedSizeOf = (shape: Shape): number => rowsOf(shape) * strideOf(shape);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((extent, i) => extent === b[i]);

export const describe = (tensor: Tensor): string => `${tensor.name}[${tensor.shape.join('×')}]`;
