/** Cost of a training step of one program: `lab profile` prints it, and the page shows it. */

import type { TunedTiles } from './tiles';

/** The peak that a kernel's arithmetic is compared with; `other` = it has next to none. */
export type KernelKind = 'product' | 'attention' | 'other';

/** Cost of all dispatches of one kernel and op in a step. */
export interface KernelCost {
	kernel: string;
	op: string;
	kind: KernelKind;
	dispatches: number;
	flops: number;
	/** Bytes that they read and write. */
	moved: number;
}

export interface KernelTime extends KernelCost {
	/** Microseconds of all its dispatches in a step. */
	us: number;
	/** 10⁹ FLOP/s. */
	gflops: number;
	/** 10⁹ bytes/s. */
	gbs: number;
	/** Share of the adapter's measured peak, of arithmetic or of memory, whichever is larger. */
	share: number;
}

export interface StepCost {
	/** Name of the set of kernels. */
	kernels: string;
	dispatches: number;
	pipelines: number;
	/** FLOP of products and attention. */
	flops: number;
	/** Bytes of device memory by arena, of activations, and (`moved`) bytes that a step reads and writes. */
	bytes: {
		parameters: number;
		gradients: number;
		firstMoments: number;
		secondMoments: number;
		microGradients: number;
		activations: number;
		moved: number;
	};
	/** Milliseconds that a step might take on named GPUs, from their data sheets. */
	estimates: Readonly<Record<string, number>>;
}

/** `repeated timestamps`: some dispatches are too short for the GPU's clock. `queue`: the device has no timestamps. */
export type TimingMethod = 'timestamps' | 'repeated timestamps' | 'queue';

export interface StepTimes {
	method: TimingMethod;
	/** Milliseconds of a step while steps are queued. */
	stepMs: number;
	/** Milliseconds of the host's work per step: inputs, recording and submission. */
	hostMs: number;
	/** Milliseconds per step by the cost model, from the peaks. */
	predictedMs: number;
	/** The adapter's measured peaks: FLOP/s of products and of attention, bytes/s, and seconds of a dispatch with next to no work. */
	peaks: { product: number; attention: number; memory: number; dispatch: number };
	/** The longest time first. */
	kernels: readonly KernelTime[];
}

/** A measured step of one method. */
export interface StepReport {
	/** Name of the method. */
	method: string;
	cost: StepCost;
	times: StepTimes;
	/** The tiles of its products, if they were measured before; empty with kernels that have none. */
	tiles?: readonly TunedTiles[];
}

/**
 * Progress of a measurement, in this order: wait for the steps in flight, open a device, measure tiles if asked for, measure its peaks, compile the kernels, time
 * whole steps, time each kernel. `total` 0 = unknown.
 */
export interface ProfileProgress {
	stage: 'waiting' | 'opening' | 'tiles' | 'peaks' | 'compiling' | 'steps' | 'kernels';
	done: number;
	total: number;
}
