import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '../checkpoint/folder';
import { FILES } from '../checkpoint/source';
import { parseMethod } from '../experiment/methods/names';
import { findPreset } from '../experiment/presets';
import { tokenRefusal } from '../experiment/tasks';
import { START } from '../experiment/tasks/tokens';
import type { Experiment } from '../experiment/types';
import { checkExperiment } from '../experiment/validate';
import { type GenerationOptions, Generator } from '../generation/generator';
import { Tokenizer } from '../generation/tokenizer';
import { readArguments, type Usage, wholeNumber } from './arguments';
import { checkpointFolder } from './checkpointFolder';
import type { Command } from './command';
import { onePointNamed } from './experiment';
import { FAILED, UsageError } from './failure';
import { isFolder } from './files';
import { openGpu } from './gpu';
import { CompileProgress } from './output/compileProgress';
import { printLine } from './output/jsonLines';
import { TrainingScreen } from './output/trainingScreen';
import { taskOf, withTrained } from './training';

const DEFAULTS = { tokens: 200, temperature: 0.8, topK: 0, seed: 1 };

const help = `usage: npm run -s lab -- generate SOURCE --prompt TEXT [--tokens N] [--temperature T] [--top-k K]
                                  [--seed S] [--method M] [--steps N] [--json]

Continues a prompt, token by token, with a KV cache on the GPU.

  SOURCE           a folder written by export; or an experiment as for train, of which one run per method is
                   trained first, with the experiment's first seed
  --prompt TEXT    characters, or words separated by spaces, depending on the task; ${START} is added
  --tokens N       tokens to add (default: ${DEFAULTS.tokens})
  --temperature T  divides the logits (default: ${DEFAULTS.temperature}); 0 always takes the likeliest token
  --top-k K        sample from the K likeliest tokens only (default: 0, from all)
  --seed S         seed of the sampling (default: ${DEFAULTS.seed})
  --method M       only this method: any method for an experiment, one of the folder's for a folder
  --steps N        stop the training after N steps
  --json           one line per run: {"run","prompt","text","tokens","cacheBytesPerToken"}

A prompt may be as long as the model's sequenceLength. When the text outgrows it, the window slides: its last
half becomes the context.

Exit codes: 0 success, 1 if a run diverged or the GPU failed, 2 if an argument or file is invalid, 130 after
Ctrl-C.`;

const usage: Usage = {
	command: 'generate',
	operand: 'SOURCE',
	options: {
		prompt: 'text',
		tokens: 'text',
		temperature: 'text',
		'top-k': 'text',
		seed: 'text',
		method: 'text',
		steps: 'steps',
		json: 'flag',
	},
};

interface GenerateOptions {
	prompt: string;
	options: GenerationOptions;
	json: boolean;
}

export const generateCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, texts, flags, steps } = readArguments(argv, usage);
		const whole = (name: string, least: number, otherwise: number) => wholeNumber(texts, name, least, 'generate') ?? otherwise;
		const wish: GenerateOptions = {
			prompt: texts.get('prompt') ?? '',
			json: flags.has('json'),
			options: {
				tokens: whole('tokens', 1, DEFAULTS.tokens),
				topK: whole('top-k', 0, DEFAULTS.topK),
				seed: whole('seed', 0, DEFAULTS.seed),
				temperature: temperatureOf(texts.get('temperature')),
				signal,
			},
		};
		const method = texts.get('method');
		if (!findPreset(operand) && isFolder(operand)) {
			if (steps !== undefined) throw new UsageError('--steps is for experiments only; the models of a folder are already trained');
			return fromFolder(operand, method, wish, signal);
		}
		return fromExperiment(narrowed(onePointNamed(operand), method), steps, wish, signal);
	},
};

function temperatureOf(text: string | undefined): number {
	const temperature = text === undefined ? DEFAULTS.temperature : Number(text);
	if (text?.trim() === '' || !Number.isFinite(temperature) || temperature < 0)
		throw new UsageError(`--temperature must be a number of at least 0, not \`${text}\`, see lab generate --help`);
	return temperature;
}

/** Returns the experiment with its first seed, and with only `method` if given. @throws UsageError */
function narrowed(experiment: Experiment, method: string | undefined): Experiment {
	const one = { ...experiment, seeds: experiment.seeds.slice(0, 1) };
	if (method === undefined) return one;
	const only = { ...one, methods: [canonical(method)] };
	const [problem] = checkExperiment(only);
	if (problem) throw new UsageError(`--method ${method}: ${problem.message}`);
	return only;
}

/** @throws UsageError */
function canonical(method: string): string {
	const parsed = parseMethod(method);
	if (!parsed.ok) throw new UsageError(`--method: ${parsed.message}`);
	return parsed.method.name;
}

async function fromExperiment(
	experiment: Experiment,
	steps: number | undefined,
	wish: GenerateOptions,
	signal: AbortSignal,
): Promise<number> {
	if (steps !== undefined && steps > experiment.steps)
		throw new UsageError(`--steps ${steps} is more than the experiment's ${experiment.steps}; it can only stop early`);
	const refusal = tokenRefusal(experiment, 'they cannot write text');
	if (refusal) throw new UsageError(`task ${experiment.task}: ${refusal}`);
	const task = await taskOf(experiment);
	const tokenizer = new Tokenizer(task.vocabulary);
	const { sequenceLength } = experiment;
	// A bad prompt must be reported before minutes of training.
	Generator.checkPrompt(tokenizer.encode(wish.prompt), sequenceLength);
	return withTrained(experiment, steps ?? experiment.steps, signal, {
		task,
		watch: ({ runs }, { context }) => new TrainingScreen(runs, steps ?? experiment.steps, experiment, context.adapter),
		async use(session) {
			const { runs } = session;
			const done = runs.filter((run) => run.state === 'finished');
			for (const run of done)
				await session.use(run, async (model) => {
					const generator = await Generator.create(session.gpu, run.config, model.arenas, sequenceLength);
					await write(generator, tokenizer, done.length > 1 || wish.json ? run.id : null, wish);
					generator.destroy();
				});
			return done.length < runs.length ? FAILED : 0;
		},
	});
}

async function fromFolder(folder: string, method: string | undefined, wish: GenerateOptions, signal: AbortSignal): Promise<number> {
	const models = modelsIn(folder).map((path) => ({ path, model: readModel(checkpointFolder(path)) }));
	const wanted = method === undefined ? null : canonical(method);
	const chosen = models.filter(({ model }) => wanted === null || model.run?.replace(/#.*/, '') === wanted);
	if (!chosen.length)
		throw new UsageError(`--method ${method}: ${folder} has only ${models.map(({ path, model }) => model.run ?? path).join(', ')}`);
	for (const { model } of chosen) Generator.checkPrompt(new Tokenizer(model.vocabulary).encode(wish.prompt), model.sequenceLength);
	const gpu = await openGpu();
	const compiling = new CompileProgress();
	signal.addEventListener('abort', () => compiling.end(), { once: true });
	const all = async () => {
		for (const { path, model } of chosen) {
			if (signal.aborted) return;
			const generator = await Generator.create(gpu.context, model.model, model.weights, model.sequenceLength, compiling.report);
			await write(generator, new Tokenizer(model.vocabulary), chosen.length > 1 || wish.json ? (model.run ?? path) : null, wish);
			generator.destroy();
		}
	};
	try {
		await Promise.race([all(), gpu.fault, gpu.context.lost]);
		return 0;
	} finally {
		compiling.end();
		gpu.close();
	}
}

/** Returns the folder itself, or its subfolders that hold a model. @throws UsageError */
function modelsIn(folder: string): string[] {
	if (existsSync(join(folder, FILES.config))) return [folder];
	const found = readdirSync(folder)
		.sort()
		.map((name) => join(folder, name))
		.filter((path) => existsSync(join(path, FILES.config)));
	if (!found.length) throw new UsageError(`${folder}: no ${FILES.config} in this folder or its subfolders`);
	return found;
}

/** @param heading the run's name; null to print none */
async function write(
	generator: Generator,
	tokenizer: Tokenizer,
	heading: string | null,
	{ prompt, options, json }: GenerateOptions,
): Promise<void> {
	const say = (text: string) => !json && process.stdout.write(printable(text));
	if (heading) say(`${heading}:\n`);
	say(prompt);
	const pinned = tokenizer.start === undefined ? 0 : 1;
	const tokens = await generator.generate(tokenizer.encode(prompt), { ...options, pinned }, (token) => say(tokenizer.decode(token)));
	say(heading ? '\n\n' : '\n');
	const text = tokens.map((token) => tokenizer.decode(token)).join('');
	if (json) printLine({ run: heading, prompt, text, tokens, cacheBytesPerToken: generator.cacheBytesPerToken });
}

/** Replaces control characters, which could drive the terminal. */
const printable = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
