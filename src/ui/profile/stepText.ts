/** A measured step in sentences and numbers with units. Plain functions. */
import type { KernelKind, KernelTime, ProfileProgress, StepCost, StepTimes, TimingMethod } from '../../experiment/records/stepReport';
import { formatCount, formatShare, formatThreeDigits, list } from '../shared/format';

/** Three digits, with separators of thousands; `–` for what could not be measured. */
export const formatRate = (value: number): string =>
	Number.isFinite(value) && value >= 1000 ? formatCount(Number(value.toPrecision(3))) : formatThreeDigits(value);

export const formatMs = (ms: number): string => `${formatRate(ms)} ms`;

type StepPart = KernelKind | 'waiting';

const PART_NAMES: Record<StepPart, string> = {
	product: 'products',
	attention: 'attention',
	other: 'other kernels',
	waiting: 'dispatches that start or wait',
};

/**
 * Shares of a step's time, the largest first. Of each dispatch, the time that one with next to no work takes counts as waiting, and so does
 * the time in which no kernel ran. Kernels that take longer one by one than in a step are shares of their own sum.
 */
export function partsOf({ kernels, stepMs, peaks }: StepTimes): { part: StepPart; share: number }[] {
	const sum = kernels.reduce((total, { us }) => total + us, 0);
	const whole = Math.max(sum, stepMs * 1e3);
	const work = new Map<StepPart, number>();
	for (const { kind, us, dispatches } of kernels) {
		const start = Math.min(us, dispatches * peaks.dispatch * 1e6);
		work.set(kind, (work.get(kind) ?? 0) + us - start);
	}
	const worked = [...work.values()].reduce((total, us) => total + us, 0);
	work.set('waiting', whole - worked);
	return [...work]
		.map(([part, us]) => ({ part, share: us / whole }))
		.filter(({ share }) => share >= 0.0005)
		.sort((a, b) => b.share - a.share);
}

/** `A step of Vanilla takes 3.1 ms: 40 % products, …`. */
export function stepSentence(label: string, times: StepTimes): string {
	const parts = partsOf(times).map(({ part, share }) => `${formatShare(share)} ${PART_NAMES[part]}`);
	return `A step of ${label} takes ${formatMs(times.stepMs)}: ${list(parts)}.`;
}

export const METHOD_TEXTS: Record<TimingMethod, string> = {
	timestamps: 'Kernels were timed by the GPU’s own clock.',
	'repeated timestamps': 'Kernels were timed by the GPU’s own clock. Short ones were repeated, because it is too coarse for a single one.',
	queue: 'This browser gives no GPU clock. Each kernel was repeated in a queue by itself, which is less exact.',
};

/** How the prediction compares: `2.90 ms, 6.5 % less than measured`. */
export function predictionText({ predictedMs, stepMs }: StepTimes): string {
	const difference = predictedMs / stepMs - 1;
	const size = formatShare(Math.abs(difference));
	return `${formatMs(predictedMs)}, ${Math.abs(difference) < 0.0005 ? 'as measured' : `${size} ${difference < 0 ? 'less' : 'more'} than measured`}`;
}

export const peaksText = ({ product, attention, memory, dispatch }: StepTimes['peaks']): string =>
	`${formatRate(product / 1e9)} GFLOP/s in products, ${formatRate(attention / 1e9)} GFLOP/s in attention, ${formatRate(memory / 1e9)} GB/s, ${formatRate(dispatch * 1e6)} µs per dispatch without work`;

type Arena = Exclude<keyof StepCost['bytes'], 'moved'>;

const ARENA_NAMES: Record<Arena, string> = {
	parameters: 'Parameters',
	gradients: 'Gradients',
	firstMoments: 'First moments',
	secondMoments: 'Second moments',
	microGradients: 'Gradients of a part of the batch',
	activations: 'Activations',
};

/** Device memory by arena, those that the step uses. */
export const arenasOf = ({ bytes }: StepCost): { name: string; bytes: number }[] =>
	(Object.keys(ARENA_NAMES) as Arena[]).map((arena) => ({ name: ARENA_NAMES[arena], bytes: bytes[arena] })).filter((row) => row.bytes > 0);

const STAGE_TEXTS: Record<ProfileProgress['stage'], string> = {
	waiting: 'Waiting for the steps in flight',
	opening: 'Opening the GPU',
	tiles: 'Comparing tiles of products',
	peaks: 'Measuring the GPU’s peaks',
	compiling: 'Compiling kernels',
	steps: 'Timing whole steps',
	kernels: 'Timing each kernel',
};

export const progressText = ({ stage, done, total }: ProfileProgress): string =>
	`${STAGE_TEXTS[stage]}${total > 0 ? `: ${formatCount(done)} of ${formatCount(total)}` : ''}`;

/** Share of the progress bar at which each stage begins, from the times of the stages on a GPU. */
const STAGE_STARTS: Record<ProfileProgress['stage'], number> = {
	waiting: 0,
	opening: 0.02,
	tiles: 0.04,
	peaks: 0.05,
	compiling: 0.4,
	steps: 0.6,
	kernels: 0.7,
};

/** Share of the whole measurement that is done, roughly. */
export function progressShare({ stage, done, total }: ProfileProgress): number {
	const starts = Object.values(STAGE_STARTS);
	const start = STAGE_STARTS[stage];
	const end = starts[starts.indexOf(start) + 1] ?? 1;
	return start + (total > 0 ? (end - start) * (done / total) : 0);
}

/** Numbers of the table, in columns with units. */
export const kernelRecord = ({ kernel, op, dispatches, us, flops, moved, gflops, gbs, share }: KernelTime) => ({
	kernel,
	op,
	'time per step (µs)': us,
	dispatches,
	'time per dispatch (µs)': us / dispatches,
	FLOP: flops,
	bytes: moved,
	'GFLOP/s': gflops,
	'GB/s': gbs,
	'share of peak': share,
});
