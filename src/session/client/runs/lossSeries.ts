/**
 * One value per step, kept in a typed array that doubles as it grows. Views are cheap and never change afterwards: the
 * arrays are append-only, and cutting back (after a lost device) copies first.
 */

/** Losses of one run up to `length` steps. */
export interface SeriesView {
	/** One past the last step. */
	readonly length: number;
	/** The first step that the run took itself: 0, or the step of its fork. Before it every loss is NaN. */
	readonly first: number;
	/**
	 * Steps whose loss is there, ascending: a recorded run keeps a few of them, and the others are NaN. null = every step
	 * from `first` on. Charts draw a line from one of these to the next, and no point between.
	 */
	readonly steps: Int32Array | null;
	/** Loss by step, nats; NaN if it was NaN or is not kept. */
	readonly losses: Float32Array;
	/** sums[i] = sum of the first i losses that were numbers; length + 1 of them. Between kept steps it rises evenly. */
	readonly sums: Float64Array;
	/** The run's own training time at each step, seconds. */
	readonly seconds: Float32Array;
	/** Global norm of the gradient at each step, before clipping. */
	readonly gradNorms: Float32Array;
}

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

	get length(): number {
		return this.count;
	}

	/** Adds steps `first`…; steps already there from `first` on are replaced, steps missing before it become NaN. */
	append(first: number, losses: Float32Array, seconds: Float32Array, gradNorms: Float32Array = NOTHING): void {
		if (first < this.count) this.truncate(first);
		if (this.count === 0) this.first = first;
		this.reserve(first + losses.length);
		while (this.count < first) this.push(Number.NaN, Number.NaN, Number.NaN);
		for (let i = 0; i < losses.length; i++) this.push(losses[i], seconds[i] ?? Number.NaN, gradNorms[i] ?? Number.NaN);
	}

	/** Drops every step from `length` on. Earlier views keep theirs. */
	truncate(length: number): void {
		if (length >= this.count) return;
		this.losses = this.losses.slice();
		this.seconds = this.seconds.slice();
		this.gradNorms = this.gradNorms.slice();
		this.sums = this.sums.slice();
		this.count = Math.max(0, length);
	}

	view(): SeriesView {
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
	const loss = series.losses[i];
	if (!Number.isFinite(loss)) return Number.NaN;
	const n = Math.min(window, 1 + Math.floor((i - series.first) / 8));
	return n <= 1 ? loss : (series.sums[i + 1] - series.sums[i + 1 - n]) / n;
}

/** The last loss that is a number, smoothed; null before the first. */
export function lastSmoothed(series: SeriesView, window: number): number | null {
	for (let i = series.length - 1; i >= 0; i--) {
		const value = smoothedAt(series, i, window);
		if (Number.isFinite(value)) return value;
	}
	return null;
}
