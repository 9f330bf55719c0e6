import { NAMED_GPUS, type Peaks, predictedStep, shareOfPeak } from '../compiler/costModel';
import { launchesOf, type Plan } from '../compiler/plan';
import { PROFILES, type Profile, type ProfileName, profileNamed } from '../compiler/profile';
import type { Experiment } from '../experiment/types';
import { GpuContext } from '../gpu/gpuContext';
import { measurePeaks } from '../gpu/peaks';
import type { Run } from '../training/run';
import { newRuns } from '../training/session';
import { profileStep, type StepProfile } from '../training/stepProfile';
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
import { taskOf } from './training';

/** Rounds of each measurement, of which the median counts. */
const ROUNDS = 7;
/** Largest storage binding that every WebGPU device allows, bytes. */
const DEFAULT_BINDING = 128 * 2 ** 20;

const kernelNames = PROFILES.map(({ name }) => name).join('|');

const help = `usage: npm run -s lab -- profile EXPERIMENT [--json] [--kernels ${kernelNames}] [--plan-only]

Shows the cost of a training step of each method: dispatches, pipelines, FLOP and memory of its program, its
time, and the time of each kernel.

  EXPERIMENT   a preset's name (default, backcopy), a JSON file, or a share link or its hash
  --kernels K  kernels for GPUs (tiled) or for software adapters with subgroups of 8 or 4 lanes. Default: those
               for the adapter; with --plan-only, tiled
  --plan-only  compile the programs and time nothing. Needs no GPU
  --json       JSON lines on stdout instead of tables. A line per program:
                 {"runs":[…],"replicas","kernels","dispatches","pipelines","flops","bytes":{"parameters",
                  "gradients","firstMoments","secondMoments","microGradients","activations","moved"},"stepMs","hostMs",
                  "predictedMs","estimates":{…}}
                and then a line per kernel and op of it:
                 {"runs":[…],"kernel","op","dispatches","flops","moved","us","gflops","gbs","share"}
               Fields that were not measured are null

Runs with the same program share a line. replicas is the number of runs that the program trains at once.
stepMs is the time of a step while steps are queued one after the other. us is the time of all dispatches of a
kernel and op in one step, from timestamps; coarse timestamps and short dispatches are repeated; without
timestamps, from submissions of one kernel each. share is the part of what the adapter reached in
measurements of a large product, of attention, or of an elementwise kernel, whichever bounds the kernel.
predictedMs is the sum over the dispatches: the start of each, and the time of its FLOP or bytes at these peaks.
A dispatch takes at least as long as one of its workgroups by itself. estimates, in ms, are computed from GPUs'
data sheets. They are guesses, and none of these GPUs has been timed.

Exit codes: 0 success, 1 failure, 2 if an argument or file is invalid, 130 after Ctrl-C.`;

const usage: Usage = { command: 'profile', operand: 'EXPERIMENT', options: { json: 'flag', kernels: 'text', 'plan-only': 'flag' } };

export const profileCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, flags, texts } = readArguments(argv, usage);
		const experiment = onePointNamed(operand);
		const kernels = kernelsNamed(texts.get('kernels'));
		const json = flags.has('json');
		const runs = newRuns(experiment, await taskOf(experiment));
		if (flags.has('plan-only')) {
			const profile = profileNamed(kernels ?? 'tiled');
			for (const program of programsOf(experiment, runs, { profile, maxBindingBytes: DEFAULT_BINDING })) show(program, json);
			return 0;
		}
		return profileAll(experiment, runs, kernels, json, signal);
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
	kernels: string;
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
			programs.set(JSON.stringify(run.config), { runs: [run], kernels: device.profile.name, plan });
		}
	}
	return [...programs.values()];
}

async function profileAll(
	experiment: Experiment,
	runs: readonly Run[],
	kernels: ProfileName | undefined,
	json: boolean,
	signal: AbortSignal,
): Promise<number> {
	// Dawn rounds timestamps to 100 µs unless told otherwise.
	const dawn = openDawn(['disable-dawn-features=timestamp_quantization']);
	const compiling = new CompileProgress();
	let gpu: GpuContext | undefined;
	try {
		gpu = await GpuContext.open(dawn.gpu, kernels, true);
		const { adapter, library } = gpu;
		if (!json) console.log(`${adapter.name}, ${adapter.profile.name} kernels`);
		const peaks = await Promise.race([measurePeaks(library, adapter.profile), gpu.lost]);
		if (!json) console.log(peaksText(peaks));
		for (const program of programsOf(experiment, runs, adapter)) {
			signal.throwIfAborted();
			const profiling = profileStep(gpu, program.runs[0], program.plan, ROUNDS, compiling.report);
			const times = await Promise.race([profiling, gpu.lost]);
			compiling.end();
			show(program, json, { peaks, times });
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

interface Measured {
	peaks: Peaks;
	times: StepProfile;
}

interface KernelLine {
	kernel: string;
	op: string;
	dispatches: number;
	flops: number;
	moved: number;
	us: number | null;
	gflops: number | null;
	gbs: number | null;
	share: number | null;
}

/** A line per kernel and op: of the longest time, or without times of the most FLOP, first. */
function kernelLines(plan: Plan, measured?: Measured): KernelLine[] {
	const { dispatches } = plan;
	const places = new Map(dispatches.map((dispatch, i) => [dispatch, i]));
	const groups = new Map<string, number[]>();
	for (const dispatch of launchesOf(plan)) {
		const key = `${dispatch.kernel} ${dispatch.op}`;
		const group = groups.get(key) ?? [];
		group.push(places.get(dispatch) ?? 0);
		groups.set(key, group);
	}
	const lines = [...groups.values()].map((at): KernelLine => {
		const parts = at.map((i) => dispatches[i]);
		const [{ kernel, op, arithmetic }] = parts;
		const total = (amount: (i: number) => number) => at.reduce((sum, i) => sum + amount(i), 0);
		const [flops, moved] = [total((i) => dispatches[i].flops), total((i) => dispatches[i].moved)];
		const known = { kernel, op, dispatches: at.length, flops, moved };
		if (!measured) return { ...known, us: null, gflops: null, gbs: null, share: null };
		const { peaks, times } = measured;
		const seconds = total((i) => times.seconds[i]);
		const share = shareOfPeak({ arithmetic, flops, moved }, seconds, peaks);
		return { ...known, us: seconds * 1e6, gflops: flops / seconds / 1e9, gbs: moved / seconds / 1e9, share };
	});
	return lines.sort((a, b) => (b.us ?? 0) - (a.us ?? 0) || b.flops - a.flops || b.moved - a.moved);
}

function show({ runs, kernels, plan }: Profiled, json: boolean, measured?: Measured): void {
	const { statistics, arena, arenas } = plan;
	const { dispatches, pipelines, flops, activationBytes } = statistics;
	const launches = launchesOf(plan);
	const ids = runs.map(({ id }) => id);
	const moved = launches.reduce((sum, dispatch) => sum + dispatch.moved, 0);
	const inArenas = Object.fromEntries(Object.entries(arenas).map(([name, used]) => [name, used ? arena.floats * 4 : 0]));
	const stepMs = measured ? measured.times.stepSeconds * 1e3 : null;
	const predictedMs = measured ? predictedStep(launches, measured.peaks) * 1e3 : null;
	const estimates = Object.fromEntries(Object.entries(NAMED_GPUS).map(([name, peaks]) => [name, predictedStep(launches, peaks) * 1e3]));
	const lines = kernelLines(plan, measured);
	if (json) {
		const bytes = { ...inArenas, activations: activationBytes, moved };
		const hostMs = measured?.times.hostMs ?? null;
		const counts = { dispatches, pipelines, flops, bytes };
		printLine({ runs: ids, replicas: 1, kernels, ...counts, stepMs, hostMs, predictedMs, estimates });
		for (const line of lines) printLine({ runs: ids, ...line });
		return;
	}
	const mebibytes = (amount: number) => `${decimals(amount / 2 ** 20, 1)} MiB`;
	console.log(
		[
			'',
			`${ids.join(', ')}: ${dispatches} dispatches, ${pipelines} pipelines (${kernels} kernels), ${decimals(flops / 1e9, 3)} GFLOP`,
			`memory: ${mebibytes(statistics.arenaBytes)} of parameters, gradients and moments, ${mebibytes(activationBytes)} of activations; a step reads and writes ${mebibytes(moved)}`,
			...(measured && stepMs !== null && predictedMs !== null
				? [
						`step: ${decimals(stepMs, 2)} ms measured, ${decimals(predictedMs, 2)} ms predicted; the host's part ${decimals(measured.times.hostMs, 2)} ms (kernels timed by ${measured.times.method})`,
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
