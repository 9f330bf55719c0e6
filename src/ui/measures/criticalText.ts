/** Critical points in words. */
import type { CriticalPoint } from '../../experiment/criticalPoint';
import { formatCount, list } from '../shared/format';

export const CRITICAL_HELP =
	'The step from which the loss stays above the baseline’s, after it was below: the first step at which the relative loss (mean of 100 steps) stays above 0 to the end. Not reached: it ends at or below 0. Never ahead: it was never below 0.';

/** One run's critical point: `240`, `not reached`, `never ahead`; `–` while there is none. */
export const criticalText = (point: CriticalPoint | null): string =>
	point === null ? '–' : typeof point === 'number' ? formatCount(point) : point;

/** Those of a group, one per seed: `step 240`, `steps 220 to 260 (3 seeds)`, `not reached in 2 seeds and step 300 in one`; empty of none. */
export function criticalTextOf(points: readonly CriticalPoint[]): string {
	const steps = points.filter((point) => typeof point === 'number').sort((a, b) => a - b);
	const words = [...new Set(points.filter((point) => typeof point === 'string'))];
	const parts = words.map((word) => ({ text: word as string, n: points.filter((point) => point === word).length }));
	if (steps.length > 0) {
		const [low, high] = [formatCount(steps[0]), formatCount(steps[steps.length - 1])];
		parts.push({ text: low === high ? `step ${low}` : `steps ${low} to ${high}`, n: steps.length });
	}
	const seeds = (n: number) => (n === 1 ? 'one seed' : `${n} seeds`);
	if (parts.length === 1) return points.length === 1 ? parts[0].text : `${parts[0].text} (${seeds(points.length)})`;
	return list(parts.map(({ text, n }) => `${text} in ${seeds(n)}`));
}
