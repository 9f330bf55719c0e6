import { paddedSizeOf, type Shape } from './tensor';

/** Floats that each tensor of an arena starts at a multiple of: WebGPU binds storage at multiples of 256 bytes. */
const ARENA_ALIGNMENT = 64;

/** Floats that a tensor takes in an arena, up to the start of the next. */
export const arenaSizeOf = (shape: Shape): number => Math.ceil(paddedSizeOf(shape) / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;

/** vec4s of an arena that holds tensors of these shapes. */
export const arenaVectors = (shapes: readonly Shape[]): number => shapes.reduce((floats, shape) => floats + arenaSizeOf(shape), 0) / 4;
