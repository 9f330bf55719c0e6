import { join } from 'node:path';
import { type Checkpoint, checkpointFiles, folderName } from '../checkpoint/folder';
import { FILES } from '../checkpoint/source';
import { IGNORED } from '../data/task';
import { tokenRefusal } from '../experiment/tasks';
import { RECORDED_LOSSES } from '../export/projectRun';
import { checkpointOf, type RunState, stateOf } from '../export/runCheckpoint';
import type { Run } from '../training/run';
import { newRuns } from '../training/session';
import { readArguments, type Usage, wholeNumber } from './arguments';
import type { Command } from './command';
import { experimentNamed, onePointNamed } from './experiment';
import { exportProject } from './exportProject';
import { FAILED, UsageError } from './failure';
import { checkReplaceable, type Files, writeFolder } from './folders';
import { TrainingScreen } from './output/trainingScreen';
import { taskOf, withTrained } from './training';

/** Number of batches to write without --batches. */
const BATCHES = 50;

const help = `usage: npm run -s lab -- export EXPERIMENT --out DIR [--steps N] [--batches K]
       npm run -s lab -- export EXPERIMENT --pytorch --out DIR [--steps N] [--losses K]

Trains an experiment, then writes each run's weights and its next batches as files for PyTorch, replay and
generate. With --pytorch, writes a PyTorch project that trains the same experiment on one device or many.

  EXPERIMENT   a preset's name (default, backcopy), a JSON file, or a share link or its hash
  --out DIR    a new or empty folder, or an earlier export, which is replaced. The files of a single run are
               written to DIR, those of several runs to DIR/<run>/. In <run>, characters other than letters,
               digits and _ . + # - become - (resformer:learnable#1 becomes resformer-learnable#1)
  --steps N    updates before the export, 0 for the initial weights (default: the experiment's steps; with
               --pytorch 0)
  --batches K  number of batches: N, N + 1, … N + K − 1 of each run's seed (default: ${BATCHES})
  --pytorch    a project: model.py, data.py, train.py, check.py, run.sh, slurm.sh and a README, and each run's
               settings, weights and data. Takes an experiment with a sweep too, from the initial weights
  --losses K   losses that check.py compares with, computed here on the GPU (default: ${RECORDED_LOSSES}; 0 needs no GPU)

  config.json            Hugging Face Llama's names, and value_scheme, kv_sharing, depth_weighted_average,
                         ablation_residual, value_embedding, qk_norm, attention_sink, attention_gate, training, run, step. Without a method: model_type llama
  model.safetensors      float32, Hugging Face names, linear weights [out, in]
  optimizer.safetensors  the optimiser's moments after N > 0 updates: m.NAME, and v.NAME with AdamW
  batches.safetensors    inputs, targets: int32 [K, B, T]; target ${IGNORED} is ignored
  vocabulary.json        {"separator","tokens"}: the text of each token, and the separator between two tokens

replay DIR continues from these files. After --steps 0 its numbers are equal to the last bit. It does not read
the optimiser's moments, so after more steps a replay restarts the moments and the schedule. A PyTorch project
continues with them.

Exit codes: 0 success, 1 if a run diverged and was not written, 2 if an argument or file is invalid, 130 after
Ctrl-C.`;

const usage: Usage = {
	command: 'export',
	operand: 'EXPERIMENT',
	options: { out: 'text', steps: 'text', batches: 'text', pytorch: 'flag', losses: 'text' },
};

export const exportCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, flags, texts } = readArguments(argv, usage);
		const out = texts.get('out');
		if (out === undefined) throw new UsageError('export needs --out DIR, see lab export --help');
		const pytorch = flags.has('pytorch');
		if (pytorch && texts.has('batches')) throw new UsageError('--batches is not for --pytorch: data.py draws every batch');
		if (!pytorch && texts.has('losses')) throw new UsageError('--losses is for --pytorch only');
		const experiment = pytorch ? experimentNamed(operand) : onePointNamed(operand);
		const steps = wholeNumber(texts, 'steps', 0, 'export') ?? (pytorch ? 0 : experiment.steps);
		if (steps > experiment.steps)
			throw new UsageError(`--steps ${steps} is more than the experiment's ${experiment.steps}; it can only stop early`);
		if (pytorch) {
			const losses = wholeNumber(texts, 'losses', 0, 'export') ?? RECORDED_LOSSES;
			return exportProject(experiment, { out, steps, losses }, signal);
		}
		const refusal = tokenRefusal(experiment, 'they have no checkpoints');
		if (refusal) throw new UsageError(`task ${experiment.task}: ${refusal}`);
		const batches = wholeNumber(texts, 'batches', 1, 'export') ?? BATCHES;
		checkReplaceable(out, Object.values(FILES), FILES.vocabulary);
		const task = await taskOf(experiment);
		const checkpoint = (run: Run, state: RunState | null) => checkpointOf(run, state, batches);
		if (steps === 0) {
			const runs = newRuns(experiment, task);
			write(
				out,
				runs.map((run) => checkpoint(run, null)),
				runs.length,
			);
			return 0;
		}
		return withTrained(experiment, steps, signal, {
			task,
			watch: ({ runs }, { context }) => new TrainingScreen(runs, steps, experiment, context.adapter),
			async use(session) {
				const { runs } = session;
				const done = runs.filter((run) => run.state === 'finished');
				if (!done.length) return FAILED;
				const checkpoints: Checkpoint[] = [];
				for (const run of done) checkpoints.push(checkpoint(run, await session.use(run, (model) => stateOf(run, model))));
				write(out, checkpoints, runs.length);
				return done.length < runs.length ? FAILED : 0;
			},
		});
	},
};

/** @param runs number of runs of the experiment; if more than one, each checkpoint is written to its own subfolder */
function write(out: string, checkpoints: readonly Checkpoint[], runs: number): void {
	const files: Files = new Map();
	const places = checkpoints.map((checkpoint) => {
		const folder = runs > 1 ? folderName(checkpoint.run) : '';
		for (const [name, bytes] of checkpointFiles(checkpoint)) files.set(join(folder, name), bytes);
		return join(out, folder);
	});
	writeFolder(out, files);
	for (const [i, { run }] of checkpoints.entries()) console.log(`${run}: ${places[i]}`);
}
