/**
 * One value per step, kept in a typed array that doubles as it grows. Views are cheap and never change afterwards: the
 * arrays are append-only, and cutting back (after a lost device) copies first. A thinned series has the values of a few steps.
 */
import type { SummedLosses } from '../../../experiment/compare';
import { keptAt } from './kept';

/** Losses of one run up to `length` steps. */
export interface SeriesView {
	/** One past the last step. */
	readonly length: number;
	/** The first step that the run took itself: 0, or the step of its fork. Before it every loss is NaN. */
	readonly first: number;
	/**
	 * Steps that are kept, ascending: a few of a recorded or thinned run. null = every step from 0 on; before `first` all is
	 * NaN. Charts draw a line from one of these to the next, and no point between.
	 */
	readonly steps: Int32Array | null;
	/** Loss of each kept step, nats. */
	readonly losses: Float32Array;
	/** Sum of the losses before each kept step that were numbers. If every step is kept, the sum of all of them is last. */
	readonly sums: Float64Array;
	/** The run's own training time at each kept step, seconds. */
	readonly seconds: Float32Array;
	/** Global norm of the gradient at each kept step, before clipping. */
	readonly gradNorms: Float32Array;
}

/** A series to be stored: sums follow from the losses if every step is kept, and are null then. */
export type StoredSeries = Omit<SeriesView, 'sums'> & { sums: Float64Array | null };

/** A copy of a series, without the unused ends of its arrays. */
export const storedSeries = ({ steps, first, length, losses, seconds, gradNorms, sums }: SeriesView): StoredSeries => ({
	steps: steps ? steps.slice() : null,
	first,
	length,
	losses: losses.slice(),
	seconds: seconds.slice(),
	gradNorms: gradNorms.slice(),
	sums: steps ? sums.slice() : null,
});

const NOTHING = new Float32Array(0);

export const EMPTY_SERIES: SeriesView = {
	length: 0,
	first: 0,
	steps: null,
	losses: NOTHING,
	sums: new Float64Array(1),
	seconds: NOTHING,
	gradNorms: NOTHING,
};

/** The loss at a step; NaN if it was NaN or is not kept. */
export function lossAt({ steps, losses }: SeriesView, step: number): number {
	const k = keptAt(steps, step);
	return !steps || steps[k] === step ? (losses[k] ?? Number.NaN) : Number.NaN;
}

/** Seconds of training at a step, or at the kept step before it; NaN if there is none. */
export const secondsAt = ({ steps, seconds }: SeriesView, step: number): number => seconds[keptAt(steps, step)] ?? Number.NaN;

/** Sum of the first `count` losses that were numbers. Between kept steps it rises evenly. */
export function sumAt({ steps, losses, sums }: SeriesView, count: number): number {
	if (!steps) return sums[count];
	const k = keptAt(steps, count - 1);
	const loss = losses[k];
	const [from, start] = k < 0 ? [0, 0] : [steps[k] + 1, sums[k] + (Number.isFinite(loss) ? loss : 0)];
	if (count === from || k + 1 >= steps.length) return start;
	return start + ((count - from) / (steps[k + 1] - from)) * (sums[k + 1] - start);
}

/** Losses for a comparison. At a step that is not kept, the loss is the mean between the kept ones around it. */
export function summedLosses(series: SeriesView): SummedLosses {
	const { steps, first, length } = series;
	const between = (step: number) => (step < first || step >= length ? Number.NaN : sumAt(series, step + 1) - sumAt(series, step));
	return {
		lossAt: (step) => (!steps || steps[keptAt(steps, step)] === step ? lossAt(series, step) : between(step)),
		sumAt: (count) => sumAt(series, count),
	};
}

/** Steps whose loss may be there, ascending. */
export function* lossSteps({ steps, first, length }: SeriesView): Generator<number> {
	if (steps) yield* steps;
	else for (let step = first; step < length; step++) yield step;
}

export class LossSeries {
	private losses = new Float32Array(256);
	private seconds = new Float32Array(256);
	private gradNorms = new Float32Array(256);
	private sums = new Float64Array(257);
	private count = 0;
	private first = 0;
	/** The steps that are kept; null = all. */
	private few: SeriesView | null = null;

	get length(): number {
		return this.few?.length ?? this.count;
	}

	/** Memory that it takes. */
	get bytes(): number {
		const arrays = this.few
			? Object.values(this.few).filter((part) => ArrayBuffer.isView(part))
			: [this.losses, this.seconds, this.gradNorms, this.sums];
		return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
	}

	/** Keeps what `thin` returns of its steps. No step follows. */
	thin(thin: (series: SeriesView) => SeriesView): void {
		const few = thin(this.view());
		if (few.steps === null) return;
		this.few = few;
		this.losses = this.seconds = this.gradNorms = new Float32Array(0);
		this.sums = new Float64Array(0);
	}

	/** Adds steps `first`…; steps already there from `first` on are replaced, steps missing before it become NaN. */
	append(first: number, losses: Float32Array, seconds: Float32Array, gradNorms: Float32Array = NOTHING): void {
		if (this.few) throw new Error('steps follow after the run has ended');
		if (first < this.count) this.truncate(first);
		if (this.count === 0) this.first = first;
		this.reserve(first + losses.length);
		while (this.count < first) this.push(Number.NaN, Number.NaN, Number.NaN);
		for (let i = 0; i < losses.length; i++) this.push(losses[i], seconds[i] ?? Number.NaN, gradNorms[i] ?? Number.NaN);
	}

	/** Takes the steps of a stored run, of which it has none yet. If it has `ended`, a few of its steps may be all that is kept. */
	resume(series: StoredSeries, ended: boolean): void {
		const { steps, first, length, losses, seconds, gradNorms, sums } = series;
		if (!steps) this.append(first, losses.subarray(first), seconds.subarray(first), gradNorms.subarray(first));
		else if (ended && sums) this.few = { steps, first, length, losses, seconds, gradNorms, sums };
		else
			steps.forEach((step, i) => {
				this.append(step, losses.subarray(i, i + 1), seconds.subarray(i, i + 1), gradNorms.subarray(i, i + 1));
			});
	}

	/** Drops every step from `length` on. Earlier views keep theirs. */
	truncate(length: number): void {
		if (this.few || length >= this.count) return;
		this.losses = this.losses.slice();
		this.seconds = this.seconds.slice();
		this.gradNorms = this.gradNorms.slice();
		this.sums = this.sums.slice();
		this.count = Math.max(0, length);
	}

	view(): SeriesView {
		if (this.few) return this.few;
		const n = this.count;
		return {
			length: n,
			first: this.first,
			steps: null,
			losses: this.losses.subarray(0, n),
			sums: this.sums.subarray(0, n + 1),
			seconds: this.seconds.subarray(0, n),
			gradNorms: this.gradNorms.subarray(0, n),
		};
	}

	private push(loss: number, seconds: number, gradNorm: number): void {
		const i = this.count++;
		this.losses[i] = loss;
		this.seconds[i] = seconds;
		this.gradNorms[i] = gradNorm;
		this.sums[i + 1] = this.sums[i] + (Number.isFinite(loss) ? loss : 0);
	}

	private reserve(capacity: number): void {
		if (capacity <= this.losses.length) return;
		const size = Math.max(capacity, 2 * this.losses.length);
		this.losses = grown(this.losses, new Float32Array(size));
		this.seconds = grown(this.seconds, new Float32Array(size));
		this.gradNorms = grown(this.gradNorms, new Float32Array(size));
		this.sums = grown(this.sums, new Float64Array(size + 1));
	}
}

function grown<A extends Float32Array | Float64Array>(from: A, into: A): A {
	into.set(from);
	return into;
}

/**
 * Mean of the last `window` losses up to step i, fewer at the start or after a fork (an eighth of what there is), so that
 * the steep beginning has no effect. NaN if the loss is NaN or is not kept. Of a recorded run, a window
 * that begins between two kept steps takes that stretch at its own mean.
 */
export function smoothedAt(series: SeriesView, i: number, window: number): number {
	const loss = lossAt(series, i);
	if (!Number.isFinite(loss)) return Number.NaN;
	const n = Math.min(window, 1 + Math.floor((i - series.first) / 8));
	return n <= 1 ? loss : (sumAt(series, i + 1) - sumAt(series, i + 1 - n)) / n;
}

/** The last loss that is a number, smoothed; null before the first. */
export function lastSmoothed(series: SeriesView, window: number): number | null {
	for (let k = series.losses.length - 1; k >= 0; k--) {
		const value = smoothedAt(series, series.steps?.[k] ?? k, window);
		if (Number.isFinite(value)) return value;
	}
	return null;
}
