/** The bench's lines of JSON. */
import type { ProfileName } from '../../src/compiler/profile';
import { type Competitor, type Measured, median, race } from './competitor';
import { FACTORS, type GrownSize, grown } from './growth';
import { type Ours, openOurs } from './ours';
import { openPeer, type PeerFolder } from './peer';
import { stepFlops } from './peers/lib/common.mjs';
import { type NamedShape, sizesOf } from './shape';

interface Options {
	steps: number;
	/** Seconds for each competitor and shape. */
	budget: number;
	profile: ProfileName | undefined;
}

/** A shape's line, with the peers in `folder`. */
export async function measureShape({ name, shape }: NamedShape, { steps, budget, profile }: Options, folder: PeerFolder | null) {
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
		const mine = successOf(results.get(ours));
		const theirs = peers.map((peer) => {
			const found = results.get(peer) as Measured | Error;
			if (found instanceof Error) return { lib: peer.lib, error: found.message };
			return {
				...report(peer, found, shape),
				ratio: round(median(found.timed) / median(mine.timed), 3),
				largest_loss_difference: Math.max(...found.losses.map((loss, i) => Math.abs(loss - (mine.losses[i] ?? loss)))),
			};
		});
		return { ...(await reportOurs({ name, shape }, ours, mine)), ...(folder ? { peers: [...theirs, ...failed] } : {}) };
	} finally {
		for (const competitor of [ours, ...peers]) await competitor.close();
	}
}

/** Lines of a shape with one size once, twice and four times as large. They take a step each in turn. */
export async function measureGrowth(first: NamedShape, size: GrownSize, { steps, budget, profile }: Options) {
	const shapes = FACTORS.map((times) => ({ name: `${first.name}, ${size} × ${times}`, shape: grown(first.shape, size, times) }));
	const ours: Ours[] = [];
	try {
		for (const { shape } of shapes) ours.push(await openOurs(shape, profile));
		const results = await race(ours, steps, budget * 1000, 0);
		const lines: Awaited<ReturnType<typeof reportOurs>>[] = [];
		for (const [i, shape] of shapes.entries()) lines.push(await reportOurs(shape, ours[i], successOf(results.get(ours[i]))));
		return lines;
	} finally {
		for (const competitor of ours) await competitor.close();
	}
}

function successOf(found: Measured | Error | undefined): Measured {
	if (found === undefined || found instanceof Error) throw found ?? new Error('nothing was measured');
	return found;
}

async function reportOurs({ name, shape }: NamedShape, ours: Ours, measured: Measured) {
	const { dispatches, pipelines, gpuBytes, profile } = ours;
	const predicted = ours.predictedMs(await ours.measurePeaks());
	return {
		shape: name,
		sizes: sizesOf(shape),
		...report(ours, measured, shape),
		kernels: profile,
		dispatches,
		pipelines,
		gpu_bytes: gpuBytes,
		flop: stepFlops(shape),
		predicted_ms: round(predicted, 2),
		prediction_error: round(predicted / median(measured.timed) - 1, 3),
		losses: measured.losses.map((loss) => round(loss, 6)),
	};
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
