/** Choices for the x axis, and the place of a run's step on it. Plain functions. */
import { mean } from '../../experiment/statistics';
import { ratesUpTo } from '../../session/client/runs/learningRates';
import { secondsAt } from '../../session/client/runs/lossSeries';
import { tokensAt } from '../../session/client/runs/runGroups';
import type { RunView } from '../../session/client/store/labSnapshot';
import { formatCount, formatShort } from '../shared/format';

export const X_AXES = ['steps', 'tokens', 'rates', 'seconds'] as const;
export type XAxis = (typeof X_AXES)[number];

interface XText {
	title: string;
	/** In a label such as `Log steps`. */
	short: string;
	/** A place on the axis as the text of a tick; `read` adds the unit. */
	tick(x: number): string;
	read(x: number): string;
}

const digits = (x: number) => Number(x.toPrecision(4)).toString();

export const X_TEXT: Record<XAxis, XText> = {
	steps: { title: 'steps', short: 'steps', tick: formatCount, read: (x) => `step ${formatCount(x)}` },
	tokens: { title: 'tokens', short: 'tokens', tick: formatShort, read: (x) => `${formatShort(x)} tokens` },
	rates: { title: 'Σ learning rate', short: 'Σ learning rate', tick: digits, read: (x) => `Σ learning rate ${digits(x)}` },
	seconds: { title: 'seconds of training', short: 'seconds', tick: digits, read: (x) => `${x.toFixed(1)} s` },
};

/** Maps steps to places on the axis, and back. */
export interface Position {
	/** The place of a step; ascending. */
	at(step: number): number;
	/** The first step at or after x. */
	stepAt(x: number): number;
}

const BY_STEP: Position = { at: (step) => step, stepAt: (x) => Math.max(0, Math.ceil(x)) };

/**
 * Positions of runs that are drawn as one line; its seconds are their mean. A fork's parent is looked up in `all`, because
 * the fork's tokens include those of its parent.
 */
export function positionOf(runs: readonly RunView[], axis: XAxis, all: readonly RunView[]): Position {
	if (axis === 'steps') return BY_STEP;
	if (axis === 'tokens') return byTokens(runs[0], all);
	return axis === 'rates' ? byRates(runs[0], all) : bySeconds(runs);
}

function byTokens({ info }: RunView, all: readonly RunView[]): Position {
	const each = info.experiment.batchSize * info.experiment.sequenceLength;
	const from = info.fork?.step ?? 0;
	const before = tokensAt(info, from, all);
	return { at: (step) => before + (step - from) * each, stepAt: (x) => Math.max(0, Math.ceil(from + (x - before) / each)) };
}

/** docs/METHODS.md section 3, "Cumulative learning rate". */
function byRates({ info }: RunView, all: readonly RunView[]): Position {
	const at = ratesUpTo(info, all);
	return { at, stepAt: (x) => firstStep(x, at, 0, info.experiment.steps) };
}

/** After the last step, where a final measurement is, it returns the time of the last step. */
function bySeconds(runs: readonly RunView[]): Position {
	const from = Math.max(...runs.map(({ series }) => series.first));
	const last = Math.min(...runs.map(({ series }) => series.length)) - 1;
	const at = (step: number) => {
		const there = Math.max(from, Math.min(step, last));
		return runs.length === 1 ? secondsAt(runs[0].series, there) : mean(runs.map(({ series }) => secondsAt(series, there)));
	};
	return { at, stepAt: (x) => firstStep(x, at, from, last + 1) };
}

/** The first step of [low, high] that is at or after x, else `high`. */
function firstStep(x: number, at: (step: number) => number, low: number, high: number): number {
	while (low < high) {
		const middle = (low + high) >> 1;
		if (at(middle) < x) low = middle + 1;
		else high = middle;
	}
	return low;
}
