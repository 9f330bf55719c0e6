import type { RunResult } from '../results';
import type { JudgedRun } from './statistic';

/** A recorded run for a verdict: with its last metrics, if it has trained to its end. */
export function judgedResults({ method, seed, point = 0, finished, divergedAt, history }: RunResult): JudgedRun {
	const last = history.at(-1);
	if (!finished || divergedAt !== null || !last) return { method, seed, point, metrics: null };
	const metrics = Object.fromEntries(
		Object.entries(last.metrics).map(([key, value]) => [
			key,
			Array.isArray(value) ? value.map((each) => each ?? Number.NaN) : (value ?? Number.NaN),
		]),
	);
	return { method, seed, point, metrics };
}
