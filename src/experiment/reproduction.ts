/** Runs of a link, run again: docs/METHODS.md section 3, "Reproduced". */
import { BASELINE_METHOD } from './methods/own';
import { methodIn } from './sentPlaces';
import type { SentGroup, SentRun } from './sentRuns';
import { type PairedDifference, pairedBySeed, summary } from './statistics';

/** Differences up to this share of the value, or up to this if the value is below 1, are rounding. `check.py` of exports uses the same. */
const ROUNDING = 1e-4;

export type Outcome = 'lower' | 'higher' | 'not separated';

/** A reason why results did not hold. */
export type Contradiction =
	| { kind: 'diverged'; label: string; seed: number }
	/** A method is on another side of the baseline than it was. */
	| { kind: 'outcome'; measure: number; label: string; baseline: string; sent: Outcome; here: Outcome }
	/** A method's values differ from the sender's by more than the seeds explain. */
	| { kind: 'value'; measure: number; label: string; difference: PairedDifference };

export interface Reproduction {
	verdict: 'same bits' | 'rounding' | 'within' | 'one seed' | 'not reproduced';
	/** Number of runs. */
	runs: number;
	/** Largest difference of a run's value from the sender's, without its sign, per measure; NaN if no run has it. */
	largest: number[];
	contradictions: Contradiction[];
}

/** A run here, to compare with a sent one. */
export interface RerunRun extends SentRun {
	diverged: boolean;
}

/**
 * Compares the runs of a link with the same methods and seeds trained here.
 * @param here the run of a group with a seed, once it has every measure or has diverged; null before
 * @returns null until every sent run is there
 */
export function judgeReproduction(
	groups: readonly SentGroup[],
	here: (name: string, seed: number) => RerunRun | null,
): Reproduction | null {
	const pairs = groups.flatMap((group) => group.runs.map((sent) => ({ group, sent, here: here(group.name, sent.seed) })));
	if (pairs.length === 0 || pairs.some(({ here }) => here === null)) return null;
	const whole = pairs as { group: SentGroup; sent: SentRun; here: RerunRun }[];
	const measures = Math.max(...whole.map(({ sent }) => sent.values.length));
	const each = Array.from({ length: measures }, (_, i) => i);
	const differencesOf = (measure: number) =>
		whole.flatMap(({ sent, here }) => {
			const [before, now] = [sent.values[measure], here.values[measure]];
			return before == null || now == null ? [] : [{ size: Math.abs(now - before), value: Math.abs(before) }];
		});
	const differences = each.map(differencesOf);
	const contradictions: Contradiction[] = [
		...whole
			.filter(({ here }) => here.diverged)
			.map(({ group, sent }) => ({ kind: 'diverged', label: group.label, seed: sent.seed }) as const),
		...each.flatMap((measure) => contradictionsOf(groups, here, measure)),
	];
	const all = differences.flat();
	const sameLosses = whole.every(({ sent, here }) => sent.losses !== null && sent.losses === here.losses);
	const same = sameLosses && all.every(({ size }) => size === 0);
	const rounding = all.length > 0 && all.every(({ size, value }) => isRounding(size, value));
	const tested = groups.some(({ runs }) => runs.length > 1);
	const verdict = (): Reproduction['verdict'] => {
		if (contradictions.length > 0) return 'not reproduced';
		if (same) return 'same bits';
		if (rounding) return 'rounding';
		return tested ? 'within' : 'one seed';
	};
	const largest = differences.map((list) => (list.length > 0 ? Math.max(...list.map(({ size }) => size)) : Number.NaN));
	return { verdict: verdict(), runs: whole.length, largest, contradictions };
}

const isRounding = (difference: number, value: number) => difference <= ROUNDING * Math.max(1, value);

function contradictionsOf(
	groups: readonly SentGroup[],
	here: (name: string, seed: number) => RerunRun | null,
	measure: number,
): Contradiction[] {
	const sides = groups.map(({ name, label, points, runs }) => {
		const before = bySeed(runs.map((run) => [run.seed, run.values[measure]]));
		const now = bySeed(runs.map(({ seed }) => [seed, here(name, seed)?.values[measure]]));
		return { name, label, points, before, now };
	});
	return sides.flatMap(({ label, before, now, ...side }): Contradiction[] => {
		// In a sweep, those of the same point are compared.
		const together = sides.filter(({ points }) => side.points.length === 0 || points.includes(side.points[0]));
		const base = together.find(({ name }) => methodIn(name) === BASELINE_METHOD) ?? together[0];
		const difference = pairedBySeed(now, before);
		// Separated from the sender's values, and outside the sender's own 95 % interval.
		const spread = summary(before.values());
		const apart =
			difference?.separated &&
			Math.abs(difference.mean) > (spread.half ?? Infinity) &&
			!isRounding(Math.abs(difference.mean), Math.abs(spread.mean));
		if (difference && apart) return [{ kind: 'value', measure, label, difference }];
		if (side.name === base.name) return [];
		const [sent, found] = [outcomeOf(before, base.before), outcomeOf(now, base.now)];
		return sent === null || found === null || sent === found
			? []
			: [{ kind: 'outcome', measure, label, baseline: base.label, sent, here: found }];
	});
}

const bySeed = (entries: [number, number | null | undefined][]): Map<number, number> =>
	new Map(entries.filter((entry): entry is [number, number] => entry[1] != null));

/** The method's side of the baseline; null with fewer than two seeds, of which nothing can be said. */
function outcomeOf(values: ReadonlyMap<number, number>, baseline: ReadonlyMap<number, number>): Outcome | null {
	const difference = pairedBySeed(values, baseline);
	if (!difference || difference.n < 2) return null;
	if (!difference.separated) return 'not separated';
	return difference.mean < 0 ? 'lower' : 'higher';
}
