import type { ArenaName } from '../graph/kernel';
import type { Shape } from '../graph/tensor';
import type { TileChoice } from './tiles';

/** A program for a device as plain data: the buffers to allocate and the kernels to launch, in order. */
export interface Plan {
	/** Name of the profile whose kernel variants were chosen. */
	profile: string;
	buffers: PlanBuffer[];
	dispatches: Dispatch[];
	/** Places of the tensors that the host writes or reads: inputs, states, constants and outputs. */
	tensors: Record<string, Place>;
	/** Row-major numbers to upload once. */
	constants: Record<string, Float32Array>;
	/** The first `dispatches` run `times` times a step, each time with other inputs. Absent = all run once. */
	repeated?: { dispatches: number; times: number };
	arena: ArenaLayout;
	/** True for each arena that the plan uses. An evaluation needs no moments. */
	arenas: Record<ArenaName, boolean>;
	statistics: PlanStatistics;
}

export interface PlanBuffer {
	bytes: number;
	/** True if it keeps its numbers from step to step, so that no other program may use its memory. */
	kept?: true;
	/** Names of the tensors that share it in the course of a step. */
	holds: string[];
}

/** A range of a plan's buffer, or of an arena. */
export interface Place {
	buffer: number | ArenaName;
	/** Bytes from the start of the buffer. */
	offset: number;
	bytes: number;
	shape: Shape;
	dtype: 'f32' | 'i32';
}

/** Layout of the arenas of parameters, gradients and both moments, which is the same for all. */
export interface ArenaLayout {
	/** Offsets in floats, aligned as `graph/arena.ts` says. The first `decayed` entries are weight-decayed. */
	entries: { name: string; shape: Shape; offset: number }[];
	floats: number;
	decayed: number;
}

/** A kernel file with the settings that determine its pipeline. */
export interface Variant {
	/** File in `shaders/`, without the ending. */
	file: string;
	/** `const`s and `alias`es to set in the text. */
	constants: Record<string, number | string>;
	overrides: Record<string, number>;
	/** Variables whose memory holds float16, sorted; absent = none. */
	half?: readonly string[];
}

export interface Dispatch {
	kernel: string;
	variant: Variant;
	/** By the name of the variable in the shader. */
	bindings: Record<string, { buffer: number | ArenaName; offset: number; bytes: number }>;
	/** Vectors have a component per part of the work. */
	uniforms: Record<string, number | readonly number[]>;
	grid: [number, number, number];
	/** The layer and op that it computes. */
	label: string;
	/** Name of the op. */
	op: string;
	flops: number;
	/** Pairs of a query and a key of which it computes attention, over all heads. */
	scores: number;
	/** Which peak its FLOPs are compared with. */
	arithmetic: 'product' | 'attention';
	/** Bytes that it reads and writes if it touches each number that is bound once. */
	moved: number;
	/** Present if it computes products with tiles. */
	tiles?: TileChoice;
}

export interface PlanStatistics {
	/** Activations, inputs and constants after sharing, bytes. */
	activationBytes: number;
	/** The same bytes if nothing were shared. */
	unsharedBytes: number;
	/** All arenas that the plan uses, bytes. */
	arenaBytes: number;
	/** Per step. */
	dispatches: number;
	pipelines: number;
	/** FLOPs of products and attention per step. */
	flops: number;
}

export class PlanError extends Error {
	override name = 'PlanError';
	/** @param field of the experiment that is the only one to change; absent = the model is too large */
	constructor(
		message: string,
		readonly field?: 'precision',
	) {
		super(message);
	}
}

/** Two variants have the same pipeline if and only if their keys are equal. */
export const variantKey = ({ file, constants, overrides, half = [] }: Variant): string =>
	[file, JSON.stringify(Object.entries(constants).sort()), JSON.stringify(Object.entries(overrides).sort()), ...half].join(' ');

/** The dispatches of a step in order, those that are repeated each time. */
export function launchesOf({ dispatches, repeated }: Pick<Plan, 'dispatches' | 'repeated'>): Dispatch[] {
	if (!repeated) return dispatches;
	const again = dispatches.slice(0, repeated.dispatches);
	return [...Array.from({ length: repeated.times }, () => again).flat(), ...dispatches.slice(repeated.dispatches)];
}

/** A plan as text, one line per dispatch. */
export function describePlan(plan: Plan): string {
	const { statistics } = plan;
	const head = `${statistics.dispatches} dispatches, ${statistics.pipelines} pipelines, ${statistics.flops} FLOP, ${statistics.activationBytes} bytes of activations (${statistics.unsharedBytes} unshared), ${statistics.arenaBytes} of arenas`;
	const lines = plan.dispatches.map(({ kernel, grid, label, bindings }) => {
		const places = Object.entries(bindings).map(([name, { buffer, offset }]) => `${name}=${buffer}${offset ? `+${offset}` : ''}`);
		return `${label.padEnd(28)} ${kernel.padEnd(24)} ${grid.join('×').padEnd(12)} ${places.join(' ')}`;
	});
	return [head, ...lines].join('\n');
}
