/** `npm run bench`: how long a training step takes, ours and the peers'. */
import { parseArgs } from 'node:util';
import type { ProfileName } from '../../src/compiler/profile';
import { nearestName } from '../../src/experiment/nearest';
import { type Competitor, type Measured, median, race } from './competitor';
import { FACTORS, GROWN_SIZES, type GrownSize, grown, growthLine, type Row } from './growth';
import { type Ours, openOurs, profileNames } from './ours';
import { findPeers, openPeer, type PeerFolder } from './peer';
import { SHAPES, stepFlops } from './peers/lib/common.mjs';
import { BenchUsageError, type NamedShape, shapeFrom, shapeNamed, sizesOf } from './shape';

const usage = `usage: npm run bench -- [options]

One JSON line a shape: step_ms (median; upload to loss on the host), tokens_per_s, gflops, dispatches, pipelines,
cold_ms (from the model's making to its first loss, kernels compiled in this process), gpu_bytes, flop, losses.
predicted_ms is the model of cost's, from peaks of the adapter that are measured right after the timed steps;
prediction_error = predicted_ms / step_ms - 1. Where jax-js and tfjs are installed (tests/bench/peers/README.md,
or PEERS=DIR) they train in turn with ours, and each comes with its ratio: its step_ms over ours.

  --shapes A,B    of ${Object.keys(SHAPES).join(', ')}; all of them by default
  --shape JSON    another one, such as '{"layers":3,"hiddenSize":96}'; what is left out is as in tiny
  --steps N       timed steps, 20 by default
  --budget S      seconds for each competitor and shape, 100 by default; three steps are timed in any case
  --profile NAME  kernels instead of those for the adapter: ${profileNames.join(', ')}
  --no-peers      ours only
  --growth A,B    how memory and time grow with ${GROWN_SIZES.slice(0, -1).join(', ')} or ${GROWN_SIZES.at(-1)}; all = each of them.
                  Measures the first shape again with this size ${FACTORS.slice(1).join(' and ')} times as large, ours only: a line each,
                  and then {"growth","of","values","exponents":{"flop","gpu_bytes","added_bytes","step_ms",
                  "step_ms_by_flop"}} by least squares of logarithms. Memory is linear if added_bytes, the
                  exponent of what each doubling adds, is 1. Time grows no faster than FLOP if
                  step_ms_by_flop is at most 1

MESA_SHADER_CACHE_DISABLE=true makes cold_ms truly cold on lavapipe; the first shape also pays for starting
the compiler, so compare cold times of single shapes.`;

interface Options {
	shapes: NamedShape[];
	steps: number;
	/** Seconds. */
	budget: number;
	profile: ProfileName | undefined;
	peers: boolean;
	growth: readonly GrownSize[];
}

/** @throws BenchUsageError */
function readOptions(argv: string[]): Options {
	const fail = (why: string): never => {
		throw new BenchUsageError(why);
	};
	const text = { type: 'string' } as const;
	const parse = () =>
		parseArgs({
			args: argv,
			options: {
				shapes: text,
				shape: { ...text, multiple: true },
				steps: text,
				budget: text,
				profile: text,
				growth: text,
				'no-peers': { type: 'boolean' },
			},
		}).values;
	let values: ReturnType<typeof parse>;
	try {
		values = parse();
	} catch (error) {
		return fail((error as Error).message.split('. ')[0]);
	}
	const count = (name: 'steps' | 'budget', otherwise: number) => {
		const given = values[name];
		if (given === undefined) return otherwise;
		return /^[1-9]\d{0,6}$/.test(given) ? Number(given) : fail(`--${name} must be a whole number from 1, not \`${given}\``);
	};
	const { profile } = values;
	if (profile !== undefined && !(profileNames as string[]).includes(profile))
		fail(`--profile must be one of ${profileNames.join(', ')}, not \`${profile}\``);
	const growth = values.growth === 'all' ? GROWN_SIZES : (values.growth?.split(',') ?? []);
	const unknown = growth.find((name) => !(GROWN_SIZES as string[]).includes(name));
	if (unknown !== undefined) fail(`--growth: did you mean \`${nearestName(unknown, [...GROWN_SIZES, 'all'])}\`, not \`${unknown}\`?`);
	const named = values.shapes?.split(',') ?? (values.shape ? [] : Object.keys(SHAPES));
	return {
		shapes: [...named.map(shapeNamed), ...(values.shape ?? []).map(shapeFrom)],
		steps: count('steps', 20),
		budget: count('budget', 100),
		profile: profile as ProfileName | undefined,
		peers: !values['no-peers'],
		growth: growth as GrownSize[],
	};
}

/** Exit code: 0 done, 1 if ours failed, 2 for a command line that can't be understood. */
export async function main(argv: string[]): Promise<number> {
	if (argv.includes('--help') || argv.includes('-h')) {
		console.log(usage);
		return 0;
	}
	let folder: PeerFolder | null = null;
	try {
		const options = readOptions(argv);
		folder = options.peers ? findPeers() : null;
		if (options.peers && !folder)
			console.error('bench: no peers to compare with: `npm install` in tests/bench/peers, or PEERS=DIR where they are installed');
		const lines: Row[] = [];
		for (const shape of options.shapes) lines.push(print(await measureShape(shape, options, folder)));
		const [{ name, shape }] = options.shapes;
		for (const size of options.growth) {
			const rows = [lines[0]];
			for (const times of FACTORS.slice(1))
				rows.push(print(await measureShape({ name: `${name}, ${size} × ${times}`, shape: grown(shape, size, times) }, options, null)));
			print(growthLine(name, size, rows));
		}
		return 0;
	} catch (error) {
		if (!(error instanceof BenchUsageError)) throw error;
		console.error(`bench: ${error.message}`);
		return 2;
	} finally {
		folder?.close();
	}
}

function print<T extends object>(line: T): T {
	console.log(JSON.stringify(line));
	return line;
}

async function measureShape({ name, shape }: NamedShape, { steps, budget, profile }: Options, folder: PeerFolder | null) {
	const ours = await openOurs(shape, profile);
	const peers: Competitor[] = [];
	const failed: object[] = [];
	for (const peer of folder?.names ?? []) {
		try {
			peers.push(await openPeer(folder as PeerFolder, peer, shape));
		} catch (error) {
			failed.push({ lib: peer, error: (error as Error).message });
		}
	}
	try {
		const results = await race([ours, ...peers], steps, budget * 1000);
		const mine = results.get(ours) as Measured | Error;
		if (mine instanceof Error) throw mine;
		const theirs = peers.map((peer) => {
			const found = results.get(peer) as Measured | Error;
			if (found instanceof Error) return { lib: peer.lib, error: found.message };
			return {
				...report(peer, found, shape),
				ratio: round(median(found.timed) / median(mine.timed), 3),
				largest_loss_difference: Math.max(...found.losses.map((loss, i) => Math.abs(loss - (mine.losses[i] ?? loss)))),
			};
		});
		const { dispatches, pipelines, gpuBytes } = ours satisfies Ours;
		const predicted = ours.predictedMs(await ours.measurePeaks());
		return {
			shape: name,
			sizes: sizesOf(shape),
			...report(ours, mine, shape),
			kernels: ours.profile,
			dispatches,
			pipelines,
			gpu_bytes: gpuBytes,
			flop: stepFlops(shape),
			predicted_ms: round(predicted, 2),
			prediction_error: round(predicted / median(mine.timed) - 1, 3),
			losses: mine.losses.map((loss) => round(loss, 6)),
			...(folder ? { peers: [...theirs, ...failed] } : {}),
		};
	} finally {
		for (const competitor of [ours, ...peers]) await competitor.close();
	}
}

function report({ lib, adapter, coldMs }: Competitor, { timed }: Measured, shape: NamedShape['shape']) {
	const ms = median(timed);
	return {
		lib,
		adapter,
		step_ms: round(ms, 2),
		step_ms_min: round(Math.min(...timed), 2),
		step_ms_max: round(Math.max(...timed), 2),
		timed_steps: timed.length,
		tokens_per_s: round((shape.B * shape.T * 1000) / ms, 1),
		gflops: round(stepFlops(shape) / ms / 1e6, 3),
		cold_ms: round(coldMs, 1),
	};
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
