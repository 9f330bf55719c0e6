import type { Experiment } from '../experiment/types';
import { readArguments, type Usage } from './arguments';
import type { Command } from './command';
import { onePointNamed } from './experiment';
import { FAILED, UsageError } from './failure';
import { JsonLines } from './output/jsonLines';
import { TrainingScreen } from './output/trainingScreen';
import { withTrained } from './training';

const help = `usage: npm run -s lab -- train EXPERIMENT [--steps N] [--json]

Trains every method of an experiment with every seed, side by side on one GPU.

  EXPERIMENT  a preset's name (default, backcopy), a JSON file, or a share link or its hash
  --steps N   stop after N steps; the learning rate's schedule stays the experiment's
  --json      JSON lines on stdout instead of a progress bar and a table:
                {"run","method","seed","step","loss","gradNorm","learningRate","tokensPerSecond"} per step,
                {"run","step","validationLoss",…} per measurement,
                {"run","diverged":true,"step"} if a loss or gradient norm is NaN or infinite: that run
                 stops, the others continue,
                {"run","done":true,"parameters","steps","finalLoss","validationLoss",
                 "kvCacheBytesPerToken",…} for each run that finished, with the task's metrics.
              Losses are in nats. NaN and infinity are printed as null.

Exit codes: 0 if any run finished, 1 if none did, 2 if an argument or file is invalid, 130 after Ctrl-C.`;

const usage: Usage = { command: 'train', operand: 'EXPERIMENT', options: { steps: 'steps', json: 'flag' } };

export const trainCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, flags, steps } = readArguments(argv, usage);
		const experiment = onePointNamed(operand);
		if (steps !== undefined && steps > experiment.steps)
			throw new UsageError(`--steps ${steps} is more than the experiment's ${experiment.steps}; it can only stop early`);
		return train(experiment, steps ?? experiment.steps, flags.has('json'), signal);
	},
};

const train = (experiment: Experiment, steps: number, json: boolean, signal: AbortSignal): Promise<number> =>
	withTrained(experiment, steps, signal, {
		watch: ({ runs }, { context }) => (json ? new JsonLines() : new TrainingScreen(runs, steps, experiment, context.adapter)),
		async use({ runs }, _, watcher) {
			watcher.summary();
			return runs.some((run) => run.state === 'finished') ? 0 : FAILED;
		},
	});
