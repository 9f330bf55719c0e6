/**
 * Probes of a run over training, as the time scrubber goes through them, in bounded memory. A probe is kept packed:
 *
 *     probabilities  Uint16, round(65535·p), so within 8e-6; the lower triangle alone, rows one after the other:
 *                    [layers, heads, T(T+1)/2]
 *     norms, rates   unchanged
 *
 * When the runs' probes outgrow their memory, a run drops every second one of those it has, and takes every second,
 * fourth, eighth … from then on: those that remain are evenly spaced over the steps. The first and the latest stay. Of runs
 * that have ended, as in a sweep, the latest is packed too once there are many, and those that ended first lose their
 * probes if even these outgrow the memory.
 */
import type { Frame } from '../../../experiment/records/frame';
import { type Dated, Thinned, type ThinnedState } from './thinnedList';

/** Probes by step, ascending. Never changed in place: every new probe makes a new track. */
export interface FrameTrack {
	/** Updates done at each recorded probe. */
	readonly steps: readonly number[];
	/** Layers, heads and T of a probe; null without probes. */
	readonly shape: FrameShape | null;
	/** The probe at `steps[index]`; the same object again while it is in use. */
	at(index: number): Frame;
	/** Sink rates [layers, heads] at `steps[index]`, without unpacking the maps. */
	sinkRates(index: number): Float32Array;
	/** The layer × head × step map: more steps than the maps have, as it takes little memory. */
	readonly sinks: SinkTrack;
}

/** The latest probe; null without one. */
export const latestFrame = ({ steps, at }: FrameTrack): Frame | null => (steps.length > 0 ? at(steps.length - 1) : null);

export type FrameShape = Pick<Frame, 'layers' | 'heads' | 'length'>;

/** Sink rates over training. */
export interface SinkTrack {
	/** Ascending. */
	readonly steps: readonly number[];
	/** [layers, heads] at each of the steps. */
	readonly rates: readonly Float32Array[];
}

export const NO_FRAMES: FrameTrack = {
	steps: [],
	shape: null,
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
/** Bytes that the latest probes of runs that have ended may take unpacked. */
const EXACT_BUDGET = 32 * 2 ** 20;
/** Number of unpacked probes that are cached: two methods side by side, and a few steps back and forth. */
const CACHED = 8;
/** Most steps of sink rates: 64 heads at 2048 steps take half a megabyte. */
const MAX_SINK_STEPS = 2048;
/** Most steps of sink rates of all runs together. */
const ALL_SINK_STEPS = 16 * MAX_SINK_STEPS;
/** Steps of sink rates that a run may keep, however many there are. */
const MIN_SINK_STEPS = 64;

/** Shared by the recorders of all runs: one budget in equal parts, and a cache of unpacked probes. */
export class FrameMemory {
	/** Those that have a probe. */
	private readonly recorders = new Set<FrameRecorder>();
	/** Those whose runs have ended, in that order. */
	private readonly ended = new Set<FrameRecorder>();
	private readonly unpacked = new Map<PackedFrame, Frame>();

	constructor(
		private readonly budget = BUDGET,
		private readonly exactBudget = EXACT_BUDGET,
	) {}

	/** Bytes that each recorder may fill. */
	get share(): number {
		return this.budget / Math.max(1, this.recorders.size);
	}

	/** Steps of sink rates that each recorder may keep. */
	get sinkSteps(): number {
		return Math.min(MAX_SINK_STEPS, Math.max(MIN_SINK_STEPS, Math.floor(ALL_SINK_STEPS / Math.max(1, this.recorders.size))));
	}

	/** A recorder with its first probe takes its share of the budget; the others shrink to theirs. */
	join(recorder: FrameRecorder): void {
		if (this.recorders.has(recorder)) return;
		this.recorders.add(recorder);
		for (const each of this.recorders) each.fit();
	}

	/** A run was removed and can't be restored. */
	leave(recorder: FrameRecorder): void {
		this.recorders.delete(recorder);
		this.ended.delete(recorder);
	}

	/** The run of a recorder takes no more steps. */
	end(recorder: FrameRecorder): void {
		if (!this.recorders.has(recorder)) return;
		this.ended.add(recorder);
		this.limitEnded();
	}

	/** The run of a recorder takes steps again. */
	resume(recorder: FrameRecorder): void {
		this.ended.delete(recorder);
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

	/** Packs and drops probes of the runs that ended first, until those that are left fit. */
	private limitEnded(): void {
		const sum = (of: (recorder: FrameRecorder) => number) => Array.from(this.ended, of).reduce((all, bytes) => all + bytes, 0);
		let exact = sum((recorder) => recorder.exactBytes);
		for (const recorder of this.ended) {
			if (exact <= this.exactBudget) break;
			exact -= recorder.exactBytes;
			recorder.packLatest();
		}
		let packed = sum((recorder) => recorder.bytes);
		for (const shrink of [(recorder: FrameRecorder) => recorder.keepLatest(), (recorder: FrameRecorder) => recorder.dropAll()])
			for (const recorder of this.ended) {
				if (packed <= this.budget) return;
				packed -= recorder.bytes;
				shrink(recorder);
				packed += recorder.bytes;
			}
	}
}

/** The probes of a run, to be stored. The latest may be unpacked. */
export interface FramesState {
	frames: ThinnedState<Frame | PackedFrame>;
	sinks: ThinnedState<Float32Array>;
}

/** Keeps a run's probes. */
export class FrameRecorder {
	/** The latest unpacked, the others packed. */
	private readonly frames = new Thinned<Frame | PackedFrame>();
	private readonly sinks = new Thinned<Float32Array>();
	/** Memory of the packed probes. */
	bytes = 0;
	/** The same object until a probe is added or dropped. */
	private track: FrameTrack | null = null;

	constructor(private readonly memory = new FrameMemory()) {}

	/** Memory of the latest probe, if it is not packed. */
	get exactBytes(): number {
		const { last } = this.frames;
		return last && !isPacked(last) ? last.probabilities.byteLength : 0;
	}

	/** Adds the next probe, and drops those of its step and later ones. */
	add(frame: Frame): void {
		this.rewind(frame.step - 1);
		this.memory.resume(this);
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
		this.track = null;
		this.memory.join(this);
		this.fit();
	}

	/** Adds a packed probe, later than all others. */
	addPacked(frame: PackedFrame): void {
		const dropped = this.frames.add(frame.step, frame);
		this.bytes += bytesOf(frame) - (dropped ? bytesOf(dropped) : 0);
		this.sinks.add(frame.step, frame.sinkRates);
		this.track = null;
		this.memory.join(this);
		this.fit();
	}

	/** The probes, as `resume` takes them. */
	state(): FramesState {
		return { frames: this.frames.state(), sinks: this.sinks.state() };
	}

	/** Takes the probes of a stored run in place of its own. */
	resume({ frames, sinks }: FramesState): void {
		this.frames.resume(frames);
		this.sinks.resume(sinks);
		this.track = null;
		this.measure();
		if (this.frames.length === 0) return;
		this.memory.join(this);
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
		while (this.sinks.length > this.memory.sinkSteps) {
			this.sinks.halve();
			this.track = null;
		}
		while (this.bytes > this.memory.share && this.frames.length > 2) {
			this.frames.halve();
			this.track = null;
			this.measure();
		}
	}

	/** The run takes no more steps, unless another probe follows. */
	end(): void {
		this.memory.end(this);
	}

	packLatest(): void {
		const { last } = this.frames;
		if (!last || isPacked(last)) return;
		this.frames.replaceLast(packFrame(last));
		this.track = null;
		this.measure();
	}

	keepLatest(): void {
		this.frames.keepLast();
		this.track = null;
		this.measure();
	}

	dropAll(): void {
		this.frames.rewind(Number.NEGATIVE_INFINITY);
		this.track = null;
		this.measure();
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

function trackOf(frames: readonly Dated<Frame | PackedFrame>[], sinks: readonly Dated<Float32Array>[], memory: FrameMemory): FrameTrack {
	const last = frames.at(-1)?.value;
	return {
		steps: frames.map(({ step }) => step),
		shape: last ? { layers: last.layers, heads: last.heads, length: last.length } : null,
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
const bytesOf = (frame: Frame | PackedFrame): number => (isPacked(frame) ? bytesOfPacked(frame) : 0);

export const bytesOfPacked = ({ packed, valueNorms, mixedNorms, hiddenNorms, sinkRates }: PackedFrame): number =>
	[packed, valueNorms, mixedNorms, hiddenNorms, sinkRates].reduce((sum, { byteLength }) => sum + byteLength, 0);

const sameTokens = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((token, i) => token === b[i]);
