/** Times the dispatches of a program one by one. */

import { STORAGE } from './pool';
import type { Program } from './program';
import { ReadbackRing } from './readback';

/** WebGPU's limit on the queries of a set. */
const MOST_QUERIES = 4096;
/** Nanoseconds from which timestamps are too coarse for one dispatch, as those of a default Chrome, 100 µs. */
const COARSE = 10_000;
/** Nanoseconds below which most of what timestamps measure is the start and the end of a pass. */
const SHORT = 50_000;
/** Dispatches between two timestamps that are coarse or of short dispatches, and per submission where there are none. */
const REPEATS = 50;
/** Seconds that a queue takes at least, so that the time to start it and to hear of its end does not count. */
const LONG_QUEUE = 0.02;

export type TimingMethod = 'timestamps' | 'repeated timestamps' | 'queue';

export interface DispatchTimes {
	method: TimingMethod;
	/** Median seconds of each dispatch, in the plan's order. */
	seconds: number[];
}

export const median = (numbers: readonly number[]): number => {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Times every dispatch in `rounds` rounds over the whole plan. Uses timestamps if the device has `timestamp-query`, repeats
 * each dispatch if they are coarse or the dispatches short, and else times submissions of one dispatch, less that of an empty one.
 */
export async function timeDispatches(device: GPUDevice, program: Program, rounds: number): Promise<DispatchTimes> {
	if (!device.features.has('timestamp-query')) return { method: 'queue', seconds: await queueTimes(device, program, rounds) };
	const first = await timestamps(device, program, 1);
	const isRepeated = resolutionOf(first) >= COARSE || median(first) < SHORT;
	const repeats = isRepeated ? REPEATS : 1;
	const found: number[][] = [];
	for (let round = 0; round < rounds; round++) found.push(await timestamps(device, program, repeats));
	return { method: isRepeated ? 'repeated timestamps' : 'timestamps', seconds: medians(found).map((ns) => ns / 1e9 / repeats) };
}

/**
 * Seconds of one run of a program while many are queued, as in training: the difference between a queue of several and one of
 * one run, divided by the runs between them. So the time until a GPU starts and until its end is known is not part of it.
 */
export async function queuedTime(device: GPUDevice, program: Program, rounds: number): Promise<number> {
	const timed = async (runs: number) => {
		const found: number[] = [];
		for (let round = 0; round < rounds; round++)
			found.push(
				await queueTime(device, () => {
					for (let run = 0; run < runs; run++) device.queue.submit(program.record());
				}),
			);
		return median(found);
	};
	// The first run is not measured, because drivers may compile or allocate in it.
	await queueTime(device, () => device.queue.submit(program.record()));
	const single = await timed(1);
	if (single > LONG_QUEUE) return single;
	for (let runs = 8; ; runs *= 2) {
		const seconds = await timed(runs);
		if (seconds > LONG_QUEUE + single) return (seconds - single) / (runs - 1);
	}
}

const medians = (rounds: readonly (readonly number[])[]): number[] => rounds[0].map((_, i) => median(rounds.map((round) => round[i])));

/** Largest number of nanoseconds that divides all durations. */
function resolutionOf(durations: readonly number[]): number {
	const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
	return durations.reduce(divisor, 0);
}

/** Nanoseconds of each dispatch, which is launched `repeats` times in a pass of its own. */
async function timestamps(device: GPUDevice, program: Program, repeats: number): Promise<number[]> {
	const count = program.plan.dispatches.length;
	const most = MOST_QUERIES / 2;
	const found: number[] = [];
	for (let start = 0; start < count; start += most) {
		const part = Math.min(most, count - start);
		const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * part });
		const resolved = device.createBuffer({ size: 16 * part, usage: GPUBufferUsage.QUERY_RESOLVE | STORAGE });
		const encoder = device.createCommandEncoder();
		for (let i = 0; i < part; i++) {
			const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
			const pass = encoder.beginComputePass({ timestampWrites });
			for (let n = 0; n < repeats; n++) program.encode(pass, start + i);
			pass.end();
		}
		encoder.resolveQuerySet(querySet, 0, 2 * part, resolved, 0);
		const bytes = await ReadbackRing.once(device, [{ buffer: resolved, offset: 0, bytes: 16 * part }], () => [encoder.finish()]);
		const stamps = new BigUint64Array(bytes);
		for (let i = 0; i < part; i++) found.push(Math.max(0, Number(stamps[2 * i + 1] - stamps[2 * i])));
		querySet.destroy();
		resolved.destroy();
	}
	return found;
}

async function queueTime(device: GPUDevice, submit: () => void): Promise<number> {
	await device.queue.onSubmittedWorkDone();
	const start = performance.now();
	submit();
	await device.queue.onSubmittedWorkDone();
	return (performance.now() - start) / 1000;
}

async function queueTimes(device: GPUDevice, program: Program, rounds: number): Promise<number[]> {
	const timed = async (launch: (pass: GPUComputePassEncoder) => void) => {
		const found: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const encoder = device.createCommandEncoder();
			const pass = encoder.beginComputePass();
			launch(pass);
			pass.end();
			const commands = [encoder.finish()];
			found.push(await queueTime(device, () => device.queue.submit(commands)));
		}
		return median(found);
	};
	const empty = await timed(() => {});
	const seconds: number[] = [];
	for (let at = 0; at < program.plan.dispatches.length; at++) {
		const total = await timed((pass) => {
			for (let n = 0; n < REPEATS; n++) program.encode(pass, at);
		});
		seconds.push(Math.max(0, total - empty) / REPEATS);
	}
	return seconds;
}
