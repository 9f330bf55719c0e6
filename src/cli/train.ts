import { loadMobyDick } from '../data/mobyDick';
import { createTask } from '../data/tasks';
import type { Experiment } from '../experiment/types';
import { Session } from '../training/session';
import { readArguments, type Usage } from './arguments';
import { experimentNamed } from './experiment';
import { FAILED, UsageError } from './failure';
import { openGpu } from './gpu';
import type { Command } from './main';
import { CompileProgress } from './output/compileProgress';
import { JsonLines } from './output/jsonLines';
import { TrainingScreen } from './output/trainingScreen';
import type { Watcher } from './output/watcher';

const help = `usage: npm run -s lab -- train EXPERIMENT [--steps N] [--json]

Trains every method of an experiment with every seed, side by side on one GPU.

  EXPERIMENT  a preset's name (default, backcopy), a JSON file, or a share link or its hash
  --steps N   stop after N steps; the learning rate's schedule stays the experiment's
  --json      JSON lines on stdout instead of a progress bar and a table:
                {"run","method","seed","step","loss","gradNorm","learningRate","tokensPerSecond"} a step,
                {"run","step","validationLoss",…} where a run is measured,
                {"run","diverged":true,"step"} where a loss is no number: that run stops alone,
                {"run","done":true,"parameters","steps","finalLoss","validationLoss",
                 "kvCacheBytesPerToken",…} for each run that got to its end, with the task's metrics.
              Losses are in nats; a number that is infinite or none is null.

Exit codes: 0 if any run got to its end, 1 if none did, 2 if the experiment can't be used, 130 after Ctrl-C.`;

const usage: Usage = { command: 'train', operand: 'EXPERIMENT', options: { steps: 'steps', json: 'flag' } };

export const trainCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, flags, steps } = readArguments(argv, usage);
		const experiment = experimentNamed(operand);
		if (steps !== undefined && steps > experiment.steps)
			throw new UsageError(`--steps ${steps} is more than the experiment's ${experiment.steps}; it can only stop early`);
		return train(experiment, steps ?? experiment.steps, flags.has('json'), signal);
	},
};

async function train(experiment: Experiment, steps: number, json: boolean, signal: AbortSignal): Promise<number> {
	const task = createTask(experiment, await loadMobyDick());
	const gpu = await openGpu();
	const compiling = new CompileProgress();
	let watcher: Watcher | undefined;
	// A device that is lost takes its runs back to their last checkpoints: what was printed isn't printed again.
	const printed = new Map<string, number>();
	const isNew = (run: { id: string }, step: number, what: string) => {
		const key = `${what} ${run.id}`;
		if (step <= (printed.get(key) ?? -1)) return false;
		printed.set(key, step);
		return true;
	};
	const session = new Session(
		experiment,
		task,
		gpu.bench,
		gpu.reopen,
		{
			compiling: compiling.report,
			stepped: (run, result) => isNew(run, result.step, 'step') && watcher?.stepped(run, result),
			measured: (run, step, metrics) => isNew(run, step, 'metrics') && watcher?.measured(run, step, metrics),
			diverged: (run, step) => watcher?.diverged(run, step),
			finished: (run, metrics) => watcher?.finished(run, metrics),
			deviceLost: (message) => watcher?.note(`${message}; going on with a new device`),
			resumed: (at) =>
				watcher?.note(
					`training goes on: ${Object.entries(at)
						.map(([run, step]) => `${run} from step ${step}`)
						.join(', ')}`,
				),
		},
		steps,
	);
	const stop = () => {
		compiling.end();
		watcher?.end();
		session.pause().catch(() => {});
	};
	signal.addEventListener('abort', stop, { once: true });
	try {
		await Promise.race([session.prepare(), gpu.fault]);
		if (signal.aborted) return FAILED;
		compiling.end();
		watcher = json ? new JsonLines() : new TrainingScreen(session.runs, steps, experiment, gpu.bench.adapter);
		await Promise.race([session.train(), gpu.fault]);
		await session.close();
		if (signal.aborted) return FAILED;
		watcher.end();
		watcher.summary();
		return session.runs.some((run) => run.state === 'finished') ? 0 : FAILED;
	} finally {
		compiling.end();
		watcher?.end();
		gpu.close();
	}
}
