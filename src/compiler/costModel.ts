/** Predicts the time of a plan's dispatches from a few numbers of an adapter. */
import type { Dispatch } from './plan';

/** The best rates of an adapter, measured by `gpu/peaks.ts` or taken from a data sheet. */
export interface Peaks {
	/** FLOP/s of a large product. */
	product: number;
	/** FLOP/s of attention, forward and backward, besides the exponentials. */
	attention: number;
	/** Seconds per score of attention, for its exponential and the rest of the softmax. */
	score: number;
	/** Bytes/s that an elementwise kernel reads and writes. */
	memory: number;
	/**
	 * Time of a dispatch beyond the longer of its arithmetic and its memory traffic, as a part of the shorter: 0 if they overlap wholly,
	 * 1 if one follows the other. More than 1 if short sums make tiles inefficient.
	 */
	serial: number;
	/** FLOP/s of one workgroup of a product by itself. */
	productPerWorkgroup: number;
	/** FLOP/s of one workgroup of attention by itself. */
	attentionPerWorkgroup: number;
	/** Seconds of a dispatch with next to no work. */
	dispatch: number;
}

type Work = Pick<Dispatch, 'arithmetic' | 'flops' | 'scores' | 'moved' | 'grid'>;

export const workgroupsOf = ({ grid: [x, y, z] }: Pick<Dispatch, 'grid'>): number => x * y * z;

/** Seconds of a dispatch's arithmetic and of its memory traffic at the peaks, each by itself. */
const partsOf = ({ arithmetic, flops, scores, moved }: Omit<Work, 'grid'>, peaks: Peaks): [number, number] => [
	flops / peaks[arithmetic] + scores * peaks.score,
	moved / peaks.memory,
];

/**
 * Expected seconds of a dispatch: its start, and then arithmetic and memory traffic, which may overlap. Few workgroups do
 * not fill a GPU, so arithmetic takes at least as long as the share of one workgroup.
 */
function predictedSeconds(work: Work, peaks: Peaks): number {
	const alone = work.flops / workgroupsOf(work) / peaks[`${work.arithmetic}PerWorkgroup`];
	const [arithmetic, memory] = partsOf(work, peaks);
	const both = Math.max(arithmetic, memory) + peaks.serial * Math.min(arithmetic, memory);
	return peaks.dispatch + Math.max(both, alone);
}

/** Expected seconds of all dispatches, one after the other. */
export const predictedStep = (dispatches: readonly Work[], peaks: Peaks): number =>
	dispatches.reduce((sum, work) => sum + predictedSeconds(work, peaks), 0);

/** Share of its peak that a dispatch reached in `seconds`: of arithmetic or of memory, whichever is larger. */
export const shareOfPeak = (work: Omit<Work, 'grid'>, seconds: number, peaks: Peaks): number => Math.max(...partsOf(work, peaks)) / seconds;

/**
 * A GPU from its data sheet: float32 TFLOP/s, GB/s and number of cores (multiprocessors, sub-slices). Products in WebGPU reach
 * 35–72 % of float32's peak in published measurements, and attention at this size less. A dispatch takes 24–71 µs in browsers.
 * So this is a guess, not a measurement. The share of one workgroup is that measured on an H100.
 */
function fromDataSheet(teraflops: number, gigabytes: number, cores: number): Peaks {
	const [product, attention] = [0.4 * teraflops * 1e12, 0.1 * teraflops * 1e12];
	return {
		product,
		attention,
		score: 0,
		memory: 0.7 * gigabytes * 1e9,
		serial: 0,
		productPerWorkgroup: (0.5 * product) / cores,
		attentionPerWorkgroup: (0.25 * attention) / cores,
		dispatch: 30e-6,
	};
}

/** Estimates for a few GPUs, none of them timed. */
export const NAMED_GPUS: Readonly<Record<string, Peaks>> = {
	'Intel Iris Xe': fromDataSheet(2.2, 68, 6),
	'Apple M1': fromDataSheet(2.6, 68, 8),
	'Apple M3 Max': fromDataSheet(14.2, 400, 40),
	'NVIDIA RTX 3060': fromDataSheet(12.7, 360, 28),
	'NVIDIA RTX 4090': fromDataSheet(82.6, 1008, 128),
};
