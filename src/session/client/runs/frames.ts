/**
 * Probes of a run over training, as the time scrubber goes through them, in bounded memory. A probe is kept packed:
 *
 *     probabilities  Uint16, round(65535·p), so within 8e-6; the lower triangle alone, rows one after the other:
 *                    [layers, heads, T(T+1)/2]
 *     norms, rates   unchanged
 *
 * When the runs' probes outgrow their memory, a run drops every second one of those it has, and takes every second,
 * fourth, eighth … from then on: those that remain are evenly spaced over the steps. The first and the latest always stay.
 */
import type { Frame } from '../../../experiment/records/frame';

/** Probes by step, ascending. Never changed in place: every new probe makes a new track. */
export interface FrameTrack {
	/** Updates done at each recorded probe. */
	readonly steps: readonly number[];
	/** The probe at `steps[index]`; the same object again while it is in use. */
	at(index: number): Frame;
	/** Sink rates [layers, heads] at `steps[index]`, without unpacking the maps. */
	sinkRates(index: number): Float32Array;
	/** The layer × head × step map: more steps than the maps have, as it takes little memory. */
	readonly sinks: SinkTrack;
}

/** Sink rates over training. */
export interface SinkTrack {
	/** Ascending. */
	readonly steps: readonly number[];
	/** [layers, heads] at each of the steps. */
	readonly rates: readonly Float32Array[];
}

export const NO_FRAMES: FrameTrack = {
	steps: [],
	at: () => {
		throw new RangeError('no probe is recorded');
	},
	sinkRates: () => new Float32Array(0),
	sinks: { steps: [], rates: [] },
};

/** A probe as it is kept. */
export interface PackedFrame extends Omit<Frame, 'probabilities'> {
	packed: Uint16Array;
}

const FULL = 65535;

/** [layers, heads, T, T] → lower triangles. */
export function packFrame({ probabilities, ...rest }: Frame): PackedFrame {
	const { length } = rest;
	const maps = rest.layers * rest.heads;
	const packed = new Uint16Array((maps * length * (length + 1)) / 2);
	let o = 0;
	for (let row = 0; row < maps * length; row++) {
		const end = row * length + (row % length) + 1;
		for (let i = row * length; i < end; i++) packed[o++] = Math.round(FULL * probabilities[i]);
	}
	return { ...rest, packed };
}

/** The probe again, 0 above the diagonals. */
export function unpackFrame({ packed, ...rest }: PackedFrame): Frame {
	const { length } = rest;
	const rows = rest.layers * rest.heads * length;
	const probabilities = new Float32Array(rows * length);
	let o = 0;
	for (let row = 0; row < rows; row++) {
		const end = row * length + (row % length) + 1;
		for (let i = row * length; i < end; i++) probabilities[i] = packed[o++] / FULL;
	}
	return { ...rest, probabilities };
}

/** Bytes that all packed probes together may take. */
const BUDGET = 96 * 2 ** 20;
/** Number of unpacked probes that are cached: two methods side by side, and a few steps back and forth. */
const CACHED = 8;

/** Shared by the recorders of all runs: one budget in equal parts, and a cache of unpacked probes. */
export class FrameMemory {
	private readonly recorders = new Set<FrameRecorder>();
	private readonly unpacked = new Map<PackedFrame, Frame>();

	constructor(private readonly budget = BUDGET) {}

	/** Bytes that each recorder may fill. */
	get share(): number {
		return this.budget / Math.max(1, this.recorders.size);
	}

	/** A recorder takes its share of the budget; the others shrink to theirs. */
	join(recorder: FrameRecorder): void {
		this.recorders.add(recorder);
		for (const each of this.recorders) each.fit();
	}

	/** A run was removed for good. */
	leave(recorder: FrameRecorder): void {
		this.recorders.delete(recorder);
	}

	/** The probe again; the same object while it is among the last that were asked for. */
	unpack(frame: PackedFrame): Frame {
		const found = this.unpacked.get(frame) ?? unpackFrame(frame);
		this.unpacked.delete(frame);
		this.unpacked.set(frame, found);
		for (const oldest of this.unpacked.keys()) {
			if (this.unpacked.size <= CACHED) break;
			this.unpacked.delete(oldest);
		}
		return found;
	}
}

/** Most steps of sink rates: 64 heads at 2048 steps take half a megabyte. */
const MAX_SINK_STEPS = 2048;

/** Keeps a run's probes. */
export class FrameRecorder {
	/** The latest unpacked, the others packed. */
	private readonly frames = new Thinned<Frame | PackedFrame>();
	private readonly sinks = new Thinned<Float32Array>();
	/** Of all of them. */
	private bytes = 0;
	/** The same object until a probe is added or dropped. */
	private track: FrameTrack | null = null;

	constructor(private readonly memory = new FrameMemory()) {
		memory.join(this);
	}

	/** Adds the next probe, and drops those of its step and later ones. */
	add(frame: Frame): void {
		this.rewind(frame.step - 1);
		const before = this.frames.last;
		if (before && !isPacked(before) && this.frames.keepsLast) {
			const packed = packFrame(before);
			this.frames.replaceLast(packed);
			this.bytes += bytesOf(packed);
		}
		// A probe's tokens are the same at every step: one list serves them all.
		const tokens = before && sameTokens(before.tokens, frame.tokens) ? before.tokens : frame.tokens;
		const dropped = this.frames.add(frame.step, { ...frame, tokens });
		if (dropped) this.bytes -= bytesOf(dropped);
		this.sinks.add(frame.step, frame.sinkRates);
		while (this.sinks.length > MAX_SINK_STEPS) this.sinks.halve();
		this.track = null;
		this.fit();
	}

	/** Adds a packed probe, later than all others. */
	addPacked(frame: PackedFrame): void {
		const dropped = this.frames.add(frame.step, frame);
		this.bytes += bytesOf(frame) - (dropped ? bytesOf(dropped) : 0);
		this.sinks.add(frame.step, frame.sinkRates);
		this.track = null;
		this.fit();
	}

	/** Drops the probes after `step`. */
	rewind(step: number): void {
		if ((this.frames.lastStep ?? -1) <= step) return;
		this.frames.rewind(step);
		this.sinks.rewind(step);
		this.track = null;
		this.measure();
	}

	/** Thins out until the packed probes fit their share; the first and the latest stay whatever they take. */
	fit(): void {
		while (this.bytes > this.memory.share && this.frames.length > 2) {
			this.frames.halve();
			this.track = null;
			this.measure();
		}
	}

	/** The run was removed: its share goes to the others. */
	release(): void {
		this.memory.leave(this);
	}

	view(): FrameTrack {
		this.track ??= trackOf(this.frames.list(), this.sinks.list(), this.memory);
		return this.track;
	}

	private measure(): void {
		this.bytes = 0;
		for (const frame of this.frames.values()) this.bytes += bytesOf(frame);
	}
}

interface Dated<T> {
	step: number;
	value: T;
	/** Number of probes before it. */
	number: number;
}

function trackOf(frames: readonly Dated<Frame | PackedFrame>[], sinks: readonly Dated<Float32Array>[], memory: FrameMemory): FrameTrack {
	return {
		steps: frames.map(({ step }) => step),
		at: (index) => {
			const { value } = frames[index];
			return isPacked(value) ? memory.unpack(value) : value;
		},
		sinkRates: (index) => frames[index].value.sinkRates,
		sinks: { steps: sinks.map(({ step }) => step), rates: sinks.map(({ value }) => value) },
	};
}

const isPacked = (frame: Frame | PackedFrame): frame is PackedFrame => 'packed' in frame;

/** Bytes of the budget; the latest probe, which is not packed, is the maps' own. */
function bytesOf(frame: Frame | PackedFrame): number {
	if (!isPacked(frame)) return 0;
	const { packed, valueNorms, mixedNorms, hiddenNorms, sinkRates } = frame;
	return packed.byteLength + valueNorms.byteLength + mixedNorms.byteLength + hiddenNorms.byteLength + sinkRates.byteLength;
}

const sameTokens = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((token, i) => token === b[i]);

/** Values by step, of which every one, every second, every fourth … stays. The latest always stays. */
class Thinned<T> {
	private entries: Dated<T>[] = [];
	private every = 1;

	get length(): number {
		return this.entries.length;
	}

	get last(): T | undefined {
		return this.entries.at(-1)?.value;
	}

	get lastStep(): number | undefined {
		return this.entries.at(-1)?.step;
	}

	/** True if the latest stays when the next one is added. */
	get keepsLast(): boolean {
		return (this.entries.at(-1)?.number ?? 0) % this.every === 0;
	}

	/** Adds the next one. Drops and returns the previous one if it stayed only as the latest. */
	add(step: number, value: T): T | undefined {
		const number = (this.entries.at(-1)?.number ?? -1) + 1;
		const dropped = this.keepsLast ? undefined : this.entries.pop()?.value;
		this.entries.push({ step, value, number });
		return dropped;
	}

	replaceLast(value: T): void {
		const last = this.entries.pop();
		if (last) this.entries.push({ ...last, value });
	}

	/** From now on every second one of those that stayed until now. */
	halve(): void {
		this.every *= 2;
		const last = this.entries.length - 1;
		this.entries = this.entries.filter(({ number }, i) => number % this.every === 0 || i === last);
	}

	rewind(step: number): void {
		this.entries = this.entries.filter((entry) => entry.step <= step);
	}

	values(): T[] {
		return this.entries.map(({ value }) => value);
	}

	/** As they are now; never changed afterwards. */
	list(): readonly Dated<T>[] {
		return this.entries.slice();
	}
}
