/** Sum of the learning rates of a run's steps: docs/METHODS.md section 3, "Cumulative learning rate". */
import type { RunInfo } from '../../../experiment/records/run';
import { learningRateAt } from '../../../experiment/schedule';
import type { Experiment } from '../../../experiment/types';

/** sums[s] = sum of the rates of the first s steps, by the experiment's schedule. Runs of one schedule share them. */
const known = new Map<string, Float64Array>();
/** Schedules that are kept: one with a million steps takes 8 MB. */
const MOST_KEPT = 64;

function sumsOf(experiment: Experiment): Float64Array {
	const { learningRate, endLearningRate, warmupSteps, schedule, steps } = experiment;
	const key = [learningRate, endLearningRate, warmupSteps, schedule, steps].join();
	let sums = known.get(key);
	if (!sums) {
		sums = new Float64Array(steps + 1);
		for (let step = 0; step < steps; step++) sums[step + 1] = sums[step] + learningRateAt(experiment, step);
		if (known.size >= MOST_KEPT) known.clear();
		known.set(key, sums);
	}
	return sums;
}

/** Sum of the learning rates of a run's first `step` steps. Steps of a fork's ancestors count at their rates, if they are among `runs`. */
export function ratesUpTo(info: RunInfo, runs: readonly { info: RunInfo }[], seen: readonly RunInfo[] = []): (step: number) => number {
	const sums = sumsOf(info.experiment);
	const within = (step: number) => sums[Math.max(0, Math.min(step, sums.length - 1))];
	const { fork } = info;
	const parent = fork && runs.find((run) => run.info.id === fork.from)?.info;
	// A results file may claim that two runs are forks of each other.
	if (!fork || !parent || parent === info || seen.includes(parent)) return within;
	const inherited = ratesUpTo(parent, runs, [...seen, info]);
	const offset = inherited(fork.step) - within(fork.step);
	return (step) => (step < fork.step ? inherited(step) : offset + within(step));
}
