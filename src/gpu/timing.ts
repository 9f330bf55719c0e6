/** Times the dispatches of a program one by one. */

import type { TimingMethod } from '../experiment/records/stepReport';
import { STORAGE } from './pool';
import type { Program } from './program';
import { ReadbackRing } from './readback';

/** WebGPU's limit on the queries of a set. */
const MOST_QUERIES = 4096;
/** Launches of a dispatch between two measurements last at least this long, seconds: a default Chrome's timestamps are 100 µs apart. */
const LONG_ENOUGH = 0.005;
/** Launches of a dispatch in the first round without timestamps: the time of a submission varies by more than a dispatch takes. */
const FIRST_REPEATS = 10;
/** Most launches of a dispatch between two measurements. */
const MOST_REPEATS = 50;
/** Most launches of dispatches that are compared. They are short at best, and a comparison needs all the time that others get. */
const MOST_LAUNCHES = 2 ** 14;
/** Rounds of a comparison that are made however long they take. */
const LEAST_ROUNDS = 3;
/** Dispatches per command buffer, so that a slow GPU can draw a frame of the page between two of them. */
const PER_COMMAND = 16;
/** Seconds that a queue takes at least, so that the time to start it and to hear of its end does not count. */
const LONG_QUEUE = 0.02;

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
 * Times every dispatch in `rounds` rounds over the whole plan: with timestamps if the device has `timestamp-query`, else by submissions
 * of one dispatch, less that of an empty one. A first round says how often each is repeated, so that it takes long enough.
 */
export async function timeDispatches(
	device: GPUDevice,
	program: Program,
	rounds: number,
	progress: (done: number) => void = () => {},
): Promise<DispatchTimes> {
	const stamped = device.features.has('timestamp-query');
	const timed = (repeats: readonly number[]) => (stamped ? timestamps(device, program, repeats) : queueTimes(device, program, repeats));
	const first = await timed(program.plan.dispatches.map(() => (stamped ? 1 : FIRST_REPEATS)));
	const repeats = first.map((seconds) => Math.min(MOST_REPEATS, Math.max(1, Math.ceil(LONG_ENOUGH / Math.max(1e-9, seconds)))));
	const found: number[][] = [];
	for (let round = 0; round < rounds; round++) {
		found.push(await timed(repeats));
		progress(round + 1);
	}
	const method = !stamped ? 'queue' : repeats.some((times) => times > 1) ? 'repeated timestamps' : 'timestamps';
	return { method, seconds: medians(found) };
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
	// The queue of a lost device is always empty: it would never take long enough.
	let lost = false;
	device.lost.then(() => {
		lost = true;
	});
	// The first run is not measured, because drivers may compile or allocate in it.
	await queueTime(device, () => device.queue.submit(program.record()));
	const single = await timed(1);
	if (single > LONG_QUEUE) return single;
	for (let runs = 8; ; runs *= 2) {
		const seconds = await timed(runs);
		if (lost) throw new Error('the GPU was lost while it was timed');
		if (seconds > LONG_QUEUE + single) return (seconds - single) / (runs - 1);
	}
}

const medians = (rounds: readonly (readonly number[])[]): number[] => rounds[0].map((_, i) => median(rounds.map((round) => round[i])));

/** Seconds of each dispatch, which is launched `repeats` times in a pass of its own. */
async function timestamps(device: GPUDevice, program: Program, repeats: readonly number[]): Promise<number[]> {
	const most = MOST_QUERIES / 2;
	const found: number[] = [];
	for (let start = 0; start < repeats.length; start += most) {
		const part = repeats.slice(start, start + most);
		const count = part.length;
		const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * count });
		const resolved = device.createBuffer({ size: 16 * count, usage: GPUBufferUsage.QUERY_RESOLVE | STORAGE });
		const commands: GPUCommandBuffer[] = [];
		for (let from = 0; from < count; from += PER_COMMAND) {
			const encoder = device.createCommandEncoder();
			for (let i = from; i < Math.min(count, from + PER_COMMAND); i++) {
				const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
				const pass = encoder.beginComputePass({ timestampWrites });
				for (let n = 0; n < part[i]; n++) program.encode(pass, start + i);
				pass.end();
			}
			commands.push(encoder.finish());
		}
		const encoder = device.createCommandEncoder();
		encoder.resolveQuerySet(querySet, 0, 2 * count, resolved, 0);
		commands.push(encoder.finish());
		const bytes = await ReadbackRing.once(device, [{ buffer: resolved, offset: 0, bytes: 16 * count }], () => commands);
		const stamps = new BigUint64Array(bytes);
		for (let i = 0; i < count; i++) found.push(Math.max(0, Number(stamps[2 * i + 1] - stamps[2 * i])) / 1e9 / part[i]);
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

/** Seconds of a submission of one pass. */
function passTime(device: GPUDevice, launch: (pass: GPUComputePassEncoder) => void): Promise<number> {
	const encoder = device.createCommandEncoder();
	const pass = encoder.beginComputePass();
	launch(pass);
	pass.end();
	const commands = [encoder.finish()];
	return queueTime(device, () => device.queue.submit(commands));
}

/** A dispatch of a program, by its index. */
export interface Launch {
	program: Program;
	at: number;
}

/**
 * Median seconds of each of several dispatches that are compared. They are measured in turn, so that a change of the device's
 * clock or load meets all of them, in `rounds` rounds, or fewer if they take longer than `budget` seconds.
 */
export async function timeInTurn(device: GPUDevice, launches: readonly Launch[], rounds: number, budget: number): Promise<number[]> {
	const timed = ({ program, at }: Launch, repeats: number) =>
		passTime(device, (pass) => {
			for (let n = 0; n < repeats; n++) program.encode(pass, at);
		});
	let repeats = 1;
	// The shorter of two, because drivers may compile or allocate in the first, and other programs may take the machine.
	const shortest = async (launch: Launch) => Math.min(await timed(launch, repeats), await timed(launch, repeats));
	for (const launch of launches) while ((await shortest(launch)) < LONG_ENOUGH && repeats < MOST_LAUNCHES) repeats *= 2;
	const found: number[][] = [];
	const start = performance.now();
	while (found.length < rounds && (found.length < LEAST_ROUNDS || performance.now() - start < budget * 1000)) {
		const empty = await passTime(device, () => {});
		const round: number[] = [];
		for (const launch of launches) round.push(Math.max(0, (await timed(launch, repeats)) - empty) / repeats);
		found.push(round);
	}
	return medians(found);
}

/** Seconds of each dispatch, which is launched `repeats` times in a submission of its own. */
async function queueTimes(device: GPUDevice, program: Program, repeats: readonly number[]): Promise<number[]> {
	const empty: number[] = [];
	const seconds: number[] = [];
	for (const [at, times] of repeats.entries()) {
		empty.push(await passTime(device, () => {}));
		seconds.push(
			await passTime(device, (pass) => {
				for (let n = 0; n < times; n++) program.encode(pass, at);
			}),
		);
	}
	const none = median(empty);
	return seconds.map((total, at) => Math.max(0, total - none) / repeats[at]);
}
