/** `npm run bench`: how long a training step takes, ours and the peers'. */
import { parseArgs } from 'node:util';
import type { ProfileName } from '../../src/compiler/profile';
import { nearestName } from '../../src/experiment/nearest';
import { FACTORS, GROWN_SIZES, type GrownSize, growthLine } from './growth';
import { measureGrowth, measureShape } from './measure';
import { profileNames } from './ours';
import { findPeers, type PeerFolder } from './peer';
import { SHAPES } from './peers/lib/common.mjs';
import { BenchUsageError, type NamedShape, shapeFrom, shapeNamed } from './shape';

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
                  Measures the first shape with this size ${FACTORS.slice(0, -1).join(', ')} and ${FACTORS.at(-1)} times as large, ours only, a step of
                  each in turn, so that a change of the machine's clock meets all. A line each, and then
                  {"growth","of","values","exponents":{"flop","gpu_bytes","added_bytes","step_ms",
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
		for (const shape of options.shapes) print(await measureShape(shape, options, folder));
		const [first] = options.shapes;
		for (const size of options.growth) {
			const rows = await measureGrowth(first, size, options);
			rows.forEach(print);
			print(growthLine(first.name, size, rows));
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

const print = (line: object): void => console.log(JSON.stringify(line));
