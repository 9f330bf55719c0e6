/** The lab's command line. */
import { nearestName } from '../experiment/nearest';
import type { Command } from './command';
import { exportCommand } from './export';
import { explain, oneLine, UNUSABLE } from './failure';
import { generateCommand } from './generate';
import { interruptible } from './interrupt';
import { profileCommand } from './profile';
import { replayCommand } from './replay';
import { sweepCommand } from './sweep/sweep';
import { trainCommand } from './train';

const COMMANDS: Readonly<Record<string, Command>> = {
	train: trainCommand,
	sweep: sweepCommand,
	export: exportCommand,
	generate: generateCommand,
	replay: replayCommand,
	profile: profileCommand,
};

const usage = `usage: npm run -s lab -- COMMAND [arguments]

ResFormer Lab in a terminal: small transformers with value residuals, trained on your GPU.

  train EXPERIMENT   train every method of an experiment side by side
  sweep EXPERIMENT   train an experiment at every point of its sweep, and compare the methods
  export EXPERIMENT  train, then write weights and the next batches as files for PyTorch
  generate SOURCE    continue a prompt, with an experiment's models or an exported folder
  replay DIR         train from given weights on given batches, to compare with PyTorch
  profile EXPERIMENT  dispatches, time and memory of a training step, kernel by kernel

\`COMMAND --help\` describes a command. Exit codes: 0 success, 1 failure, 2 invalid command line or file,
130 stopped by Ctrl-C.`;

const isHelp = (argument: string | undefined): boolean => argument === '--help' || argument === '-h';

/** Runs a command. @returns the exit code: 0 success, 1 failure, 2 invalid command line or file, 130 after Ctrl-C */
export async function main(argv: string[]): Promise<number> {
	const [name, ...rest] = argv;
	if (isHelp(name)) {
		console.log(usage);
		return 0;
	}
	const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
	if (!command) {
		const advice = name
			? `unknown command \`${oneLine(name)}\`: did you mean \`${nearestName(name, Object.keys(COMMANDS))}\`?`
			: 'no command given,';
		console.error(`lab: ${advice} see lab --help`);
		return UNUSABLE;
	}
	if (rest.some(isHelp)) {
		console.log(command.help);
		return 0;
	}
	try {
		return await interruptible((signal) => command.run(rest, signal));
	} catch (error) {
		const { code, text } = explain(error);
		console.error(`lab: ${text}`);
		return code;
	}
}
