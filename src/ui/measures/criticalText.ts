/** Critical points in words. */
import type { CriticalPoint } from '../../experiment/criticalPoint';
import { formatCount, list, plural } from '../shared/format';

export const CRITICAL_HELP =
	'The step from which the loss stays above the baseline’s, after it was below: the first step at which the relative loss (mean of 100 steps) stays above 0 to the end. Not reached: it ends at or below 0. Never ahead: it was never below 0.';

/** Note on runs whose `isApproximate` is true. */
export const APPROXIMATE_HELP =
	'Approximate: only some steps of the run or of its baseline are kept. Between these, the relative loss is a mean, and a short crossing may be missed.';

/** `Approximate in 3 runs`; empty of none. */
export const approximateText = (runs: number): string => (runs === 0 ? '' : `Approximate in ${plural(runs, 'run')}`);

/** One run's critical point: `240`, `≈ 240` if it is approximate, `not reached`, `never ahead`; `–` while there is none. */
export const criticalText = (point: CriticalPoint | null, approximate: boolean): string =>
	point === null ? '–' : typeof point === 'number' ? `${approximate ? '≈ ' : ''}${formatCount(point)}` : point;

/** Those of a group, one per seed: `step 240` (`≈ step 240` if some are approximate), `steps 220 to 260 (3 seeds)`, `not reached in 2 seeds and step 300 in one`; empty of none. */
export function criticalTextOf(points: readonly CriticalPoint[], approximate = false): string {
	const steps = points.filter((point) => typeof point === 'number').sort((a, b) => a - b);
	const words = [...new Set(points.filter((point) => typeof point === 'string'))];
	const parts = words.map((word) => ({ text: word as string, n: points.filter((point) => point === word).length }));
	if (steps.length > 0) {
		const [low, high] = [formatCount(steps[0]), formatCount(steps[steps.length - 1])];
		const text = low === high ? `step ${low}` : `steps ${low} to ${high}`;
		parts.push({ text: approximate ? `≈ ${text}` : text, n: steps.length });
	}
	const seeds = (n: number) => (n === 1 ? 'one seed' : `${n} seeds`);
	if (parts.length === 1) return points.length === 1 ? parts[0].text : `${parts[0].text} (${seeds(points.length)})`;
	return list(parts.map(({ text, n }) => `${text} in ${seeds(n)}`));
}
