/** Predicts the time of a plan's dispatches from a few numbers of an adapter. */
import type { Dispatch } from './plan';

/** The best rates of an adapter, measured by `gpu/peaks.ts` or taken from a data sheet. */
export interface Peaks {
	/** FLOP/s of a large product. */
	product: number;
	/** FLOP/s of attention, forward and backward. */
	attention: number;
	/** Bytes/s that an elementwise kernel reads and writes. */
	memory: number;
	/** Seconds of a dispatch with next to no work. */
	dispatch: number;
}

type Work = Pick<Dispatch, 'arithmetic' | 'flops' | 'moved'>;

/** Seconds of a dispatch's work at the peak of arithmetic or of memory, whichever takes longer. */
const workSeconds = ({ arithmetic, flops, moved }: Work, peaks: Peaks): number => Math.max(flops / peaks[arithmetic], moved / peaks.memory);

/** Expected seconds of a dispatch: its start, and then arithmetic or memory, whichever takes longer. */
const predictedSeconds = (work: Work, peaks: Peaks): number => peaks.dispatch + workSeconds(work, peaks);

/** Expected seconds of all dispatches, one after the other. */
export const predictedStep = (dispatches: readonly Work[], peaks: Peaks): number =>
	dispatches.reduce((sum, work) => sum + predictedSeconds(work, peaks), 0);

/** Share of its peak that a dispatch reached in `seconds`: of arithmetic or of memory, whichever is larger. */
export const shareOfPeak = (work: Work, seconds: number, peaks: Peaks): number => workSeconds(work, peaks) / seconds;

/**
 * A GPU from its data sheet: float32 TFLOP/s and GB/s. Products in WebGPU reach 35–72 % of float32's peak in published
 * measurements, and attention at this size less. A dispatch takes 24–71 µs in browsers. So this is a guess, not a measurement.
 */
const fromDataSheet = (teraflops: number, gigabytes: number): Peaks => ({
	product: 0.4 * teraflops * 1e12,
	attention: 0.1 * teraflops * 1e12,
	memory: 0.7 * gigabytes * 1e9,
	dispatch: 30e-6,
});

/** Estimates for a few GPUs, none of them timed. */
export const NAMED_GPUS: Readonly<Record<string, Peaks>> = {
	'Intel Iris Xe': fromDataSheet(2.2, 68),
	'Apple M1': fromDataSheet(2.6, 68),
	'Apple M3 Max': fromDataSheet(14.2, 400),
	'NVIDIA RTX 3060': fromDataSheet(12.7, 360),
	'NVIDIA RTX 4090': fromDataSheet(82.6, 1008),
};
