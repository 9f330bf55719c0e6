import type { Peaks } from '../compiler/costModel';
import type { Plan } from '../compiler/plan';
import { PROFILES, type Profile, type ProfileName, profileNamed } from '../compiler/profile';
import type { StepTimes } from '../experiment/records/stepReport';
import type { Experiment } from '../experiment/types';
import { GpuContext } from '../gpu/gpuContext';
import { measurePeaks } from '../gpu/peaks';
import type { Run } from '../training/run';
import { newRuns } from '../training/session';
import { profileStep } from '../training/stepProfile';
import { kernelCosts, stepCost, stepTimes } from '../training/stepReport';
import { trainerPlans } from '../training/trainer';
import { stepShape } from '../training/trainingGraphs';
import { readArguments, type Usage } from './arguments';
import type { Command } from './command';
import { openDawn } from './dawn';
import { onePointNamed } from './experiment';
import { UsageError } from './failure';
import { CompileProgress } from './output/compileProgress';
import { printLine } from './output/jsonLines';
import { decimals, table } from './output/table';
import { takeTileFile } from './tileFile';
import { taskOf } from './training';
import { tune } from './tune';

/** Rounds of each measurement, of which the median counts. */
const ROUNDS = 7;
/** Largest storage binding that every WebGPU device allows, bytes. */
const DEFAULT_BINDING = 128 * 2 ** 20;

const kernelNames = PROFILES.map(({ name }) => name).join('|');

const help = `usage: npm run -s lab -- profile EXPERIMENT [--json] [--kernels ${kernelNames}] [--plan-only | --tune]

Shows the cost of a training step of each method: dispatches, pipelines, FLOP and memory of its program, its
time, and the time of each kernel.

  EXPERIMENT   a preset's name (default, backcopy), a JSON file, or a share link or its hash
  --kernels K  kernels for GPUs (tiled) or for software adapters with subgroups of 8 or 4 lanes. Default: those
               for the adapter; with --plan-only, tiled
  --plan-only  compile the programs and time nothing. Needs no GPU
  --tune       first measure the products of the programs with each size of tiles. Every command uses on this
               adapter what is clearly faster than the rule's choice. No number depends on it. Kept in
               .cache/tiles.json, or in the folder that LAB_CACHE names, until the kernels change
  --json       JSON lines on stdout instead of tables. A line per program:
                 {"runs":[…],"replicas","kernels","dispatches","pipelines","flops","bytes":{"parameters",
                  "gradients","firstMoments","secondMoments","microGradients","activations","moved"},"stepMs","hostMs",
                  "predictedMs","estimates":{…}}
                and then a line per kernel and op of it:
                 {"runs":[…],"kernel","op","dispatches","flops","moved","us","gflops","gbs","share"}
               Fields that were not measured are null. With --tune, first a line per product:
                 {"product","workgroups","byRule","chosen","why":"measured"|"rule"|"only","us":{"64×64":…}}

Runs with the same program share a line. replicas is the number of runs that the program trains at once.
stepMs is the time of a step while steps are queued one after the other. us is the time of all dispatches of a
kernel and op in one step, from timestamps; coarse timestamps and short dispatches are repeated; without
timestamps, from submissions of one kernel each. share is the part of what the adapter reached in
measurements of a large product, of attention, or of an elementwise kernel, whichever bounds the kernel.
predictedMs is a sum over the dispatches, computed from peaks that are measured just before: the start of each, the
time of its arithmetic, attention's exponentials included, and the part of its memory traffic that does not overlap
with it. A dispatch takes at least as long as one of its workgroups by itself. estimates, in ms, are computed from
GPUs' data sheets. They are guesses, and none of these GPUs has been timed.

Exit codes: 0 success, 1 failure, 2 if an argument or file is invalid, 130 after Ctrl-C.`;

const usage: Usage = {
	command: 'profile',
	operand: 'EXPERIMENT',
	options: { json: 'flag', kernels: 'text', 'plan-only': 'flag', tune: 'flag' },
};

export const profileCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, flags, texts } = readArguments(argv, usage);
		const experiment = onePointNamed(operand);
		const kernels = kernelsNamed(texts.get('kernels'));
		const json = flags.has('json');
		const runs = newRuns(experiment, await taskOf(experiment));
		if (flags.has('plan-only') && flags.has('tune'))
			throw new UsageError('--tune measures, so it excludes --plan-only, see lab profile --help');
		if (flags.has('plan-only')) {
			const profile = profileNamed(kernels ?? 'tiled');
			for (const program of programsOf(experiment, runs, { profile, maxBindingBytes: DEFAULT_BINDING })) show(program, json);
			return 0;
		}
		return profileAll(experiment, runs, { kernels, json, tunes: flags.has('tune'), signal });
	},
};

/** @throws UsageError */
function kernelsNamed(name: string | undefined): ProfileName | undefined {
	const profile = PROFILES.find((candidate) => candidate.name === name);
	if (name !== undefined && !profile) throw new UsageError(`--kernels takes ${kernelNames}, not \`${name}\`, see lab profile --help`);
	return profile?.name;
}

/** A training step's program, and the runs that it trains one by one. */
interface Profiled {
	runs: Run[];
	plan: Plan;
}

/** Runs that differ by seed alone have the same program. */
function programsOf(experiment: Experiment, runs: readonly Run[], device: { profile: Profile; maxBindingBytes: number }): Profiled[] {
	const shape = stepShape(experiment);
	const programs = new Map<string, Profiled>();
	for (const run of runs) {
		const known = programs.get(JSON.stringify(run.config));
		if (known) known.runs.push(run);
		else {
			const plan = trainerPlans(run.config, shape, device).training;
			programs.set(JSON.stringify(run.config), { runs: [run], plan });
		}
	}
	return [...programs.values()];
}

async function profileAll(
	experiment: Experiment,
	runs: readonly Run[],
	{ kernels, json, tunes, signal }: { kernels: ProfileName | undefined; json: boolean; tunes: boolean; signal: AbortSignal },
): Promise<number> {
	// Dawn rounds timestamps to 100 µs unless told otherwise.
	const dawn = openDawn(['disable-dawn-features=timestamp_quantization']);
	const compiling = new CompileProgress();
	let gpu: GpuContext | undefined;
	try {
		gpu = await GpuContext.open(dawn.gpu, kernels, true);
		const { adapter, library } = gpu;
		takeTileFile(adapter);
		if (!json) console.log(`${adapter.name}, ${adapter.profile.name} kernels`);
		if (tunes) {
			const configs = programsOf(experiment, runs, adapter).map((program) => program.runs[0].config);
			await tune(gpu, configs, stepShape(experiment), json, compiling);
		}
		for (const program of programsOf(experiment, runs, adapter)) {
			signal.throwIfAborted();
			// For each program again: a device's clock and load change, and the prediction is compared with the time.
			const peaks = await Promise.race([measurePeaks(library, adapter.profile), gpu.lost]);
			if (!json) console.log(peaksText(peaks));
			const profiling = profileStep(gpu, program.runs[0], program.plan, { rounds: ROUNDS, compiling: compiling.report });
			const times = await Promise.race([profiling, gpu.lost]);
			compiling.end();
			show(program, json, stepTimes(program.plan, times, peaks));
		}
		return 0;
	} finally {
		compiling.end();
		gpu?.close();
		dawn.close();
	}
}

const peaksText = ({ product, attention, memory, dispatch }: Peaks): string =>
	`measured peaks: ${decimals(product / 1e9, 1)} GFLOP/s in products, ${decimals(attention / 1e9, 1)} in attention, ${decimals(memory / 1e9, 1)} GB/s, ${decimals(dispatch * 1e6, 1)} µs per dispatch`;

const UNMEASURED = { us: null, gflops: null, gbs: null, share: null };

function show({ runs, plan }: Profiled, json: boolean, times?: StepTimes): void {
	const { kernels, dispatches, pipelines, flops, bytes, estimates } = stepCost(plan);
	const ids = runs.map(({ id }) => id);
	const { stepMs, hostMs, predictedMs } = times ?? { stepMs: null, hostMs: null, predictedMs: null };
	const lines = times?.kernels ?? kernelCosts(plan).map((cost) => ({ ...cost, ...UNMEASURED }));
	if (json) {
		printLine({ runs: ids, replicas: 1, kernels, dispatches, pipelines, flops, bytes, stepMs, hostMs, predictedMs, estimates });
		for (const { kind: _, ...line } of lines) printLine({ runs: ids, ...line });
		return;
	}
	const mebibytes = (amount: number) => `${decimals(amount / 2 ** 20, 1)} MiB`;
	console.log(
		[
			'',
			`${ids.join(', ')}: ${dispatches} dispatches, ${pipelines} pipelines (${kernels} kernels), ${decimals(flops / 1e9, 3)} GFLOP`,
			`memory: ${mebibytes(plan.statistics.arenaBytes)} of parameters, gradients and moments, ${mebibytes(bytes.activations)} of activations; a step reads and writes ${mebibytes(bytes.moved)}`,
			...(times
				? [
						`step: ${decimals(times.stepMs, 2)} ms measured, ${decimals(times.predictedMs, 2)} ms predicted; the host's part ${decimals(times.hostMs, 2)} ms (kernels timed by ${times.method})`,
					]
				: []),
			`estimates from data sheets, not timed: ${Object.entries(estimates)
				.map(([name, ms]) => `${name} ${decimals(ms, 1)} ms`)
				.join(', ')}`,
			'',
			table([
				['kernel', 'op', 'dispatches', 'MFLOP', 'MB', 'µs', 'GFLOP/s', 'GB/s', 'of peak'],
				...lines.map(({ kernel, op, dispatches: count, flops: work, moved: traffic, us, gflops, gbs, share }) => [
					kernel,
					op,
					String(count),
					decimals(work / 1e6, 1),
					decimals(traffic / 1e6, 2),
					us === null ? '–' : decimals(us, 1),
					gflops === null ? '–' : decimals(gflops, 2),
					gbs === null ? '–' : decimals(gbs, 2),
					share === null ? '–' : `${decimals(100 * share, 0)} %`,
				]),
			]),
		].join('\n'),
	);
}
