import { paddedSizeOf, type Shape } from './tensor';

/** Alignment of tensors in an arena, in floats: WebGPU binds storage at multiples of 256 bytes. */
const ARENA_ALIGNMENT = 64;

/** Floats from the start of a tensor in an arena to the start of the next. */
export const arenaSizeOf = (shape: Shape): number => Math.ceil(paddedSizeOf(shape) / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;

/** Size in vec4s of an arena that holds tensors of these shapes. */
export const arenaVectors = (shapes: readonly Shape[]): number => shapes.reduce((floats, shape) => floats + arenaSizeOf(shape), 0) / 4;
