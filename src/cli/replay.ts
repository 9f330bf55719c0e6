import { join } from 'node:path';
import { writeSafetensors } from '../checkpoint/safetensors';
import { type ReplayCase, readReplay, replay } from '../training/replay';
import type { StepResult } from '../training/trainer';
import { readArguments, type Usage } from './arguments';
import { checkpointFolder } from './checkpointFolder';
import type { Command } from './command';
import { UsageError } from './failure';
import { checkWritable, isFolder, writeWhole } from './files';
import { openGpu } from './gpu';
import { CompileProgress } from './output/compileProgress';
import { printLine } from './output/jsonLines';

const help = `usage: npm run -s lab -- replay DIR [--steps N] [--json] [--gradients FILE]

Trains from given weights on given batches. Prints each step's loss (before the update, nats), gradient norm
(before clipping) and learning rate, to compare with another implementation.

  DIR               config.json (Hugging Face Llama's names, and \`training\`), model.safetensors (float32,
                    linear weights [out, in]), batches.safetensors (\`inputs\`, \`targets\`: int32 [steps, B, T])
  --steps N         only the first N batches
  --json            JSON lines instead of a table: {"step","loss","grad_norm","lr"} per step, then
                    {"analysis": …}, the measurements of attention on batch 0 with the given weights
  --gradients FILE  write batch 0's gradients, before clipping, as safetensors under the parameters' names

Exit codes: 0 success, 1 failure, 2 if an argument or file is invalid, 130 after Ctrl-C.`;

const usage: Usage = { command: 'replay', operand: 'DIR', options: { steps: 'steps', json: 'flag', gradients: 'text' } };

export const replayCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand: folder, flags, texts, steps } = readArguments(argv, usage);
		const gradients = texts.get('gradients');
		if (gradients !== undefined) checkWritable(gradients);
		const replayed = readFolder(folder);
		if (steps !== undefined && steps > replayed.steps)
			throw new UsageError(`--steps ${steps}: ${join(folder, 'batches.safetensors')} has batches for only ${replayed.steps} steps`);
		return run(replayed, steps ?? replayed.steps, flags.has('json'), gradients, signal);
	},
};

/** @throws UsageError, CheckpointError */
function readFolder(folder: string): ReplayCase {
	if (!isFolder(folder)) throw new UsageError(`${folder}: no such folder`);
	return readReplay(checkpointFolder(folder));
}

async function run(
	replayed: ReplayCase,
	steps: number,
	json: boolean,
	gradients: string | undefined,
	signal: AbortSignal,
): Promise<number> {
	const gpu = await openGpu();
	const compiling = new CompileProgress();
	signal.addEventListener('abort', () => compiling.end(), { once: true });
	const print = json ? printJson : printRow;
	try {
		await Promise.race([
			replay(gpu.context, replayed, steps, {
				compiling: compiling.report,
				stepped: print,
				analysed: json ? (analysis) => printLine({ analysis }) : undefined,
				gradients: gradients === undefined ? undefined : (tensors) => writeWhole(gradients, writeSafetensors(tensors)),
				signal,
			}),
			gpu.fault,
			gpu.context.lost,
		]);
		return 0;
	} finally {
		compiling.end();
		gpu.close();
	}
}

const printJson = ({ step, loss, gradNorm, learningRate }: StepResult): void =>
	printLine({ step, loss, grad_norm: gradNorm, lr: learningRate });

function printRow({ step, loss, gradNorm, learningRate }: StepResult): void {
	if (step === 0) console.log('  step        loss   grad norm          lr');
	const cells = [String(step).padStart(6), loss.toFixed(7), gradNorm.toFixed(7), learningRate.toExponential(4)];
	console.log(cells.map((cell, i) => (i ? cell.padStart(11) : cell)).join(' '));
}
