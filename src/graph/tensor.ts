/** Row-major tensors with static shapes. A graph only describes them; an interpreter or a device holds their numbers. */

export type Shape = readonly number[];
export type DType = 'f32' | 'i32';

/**
 * - `input`: written by the host before a step (tokens, learning rate, λ).
 * - `parameter`: trained; `state`: an optimiser moment. Both keep their numbers between steps.
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

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** The last extent, which is contiguous in memory. A scalar has one column. */
export const columnsOf = (shape: Shape): number => shape.at(-1) ?? 1;

/** The product of all extents but the last. */
export const rowsOf = (shape: Shape): number => sizeOf(shape) / Math.max(1, columnsOf(shape));

/**
 * Floats from one row to the next on a device. Rows are padded with zeros to whole vec4s, so that every kernel can load four
 * columns at once, whatever the width.
 */
export const strideOf = (shape: Shape): number => Math.ceil(columnsOf(shape) / 4) * 4;

/** Floats that a tensor takes on a device, padding included. */
export const paddedSizeOf = (shape: Shape): number => rowsOf(shape) * strideOf(shape);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((extent, i) => extent === b[i]);

export const describe = (tensor: Tensor): string => `${tensor.name}[${tensor.shape.join('×')}]`;
