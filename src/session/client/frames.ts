/** Probes of a run over training, as the time scrubber goes through them. */
import type { ProbeFrame } from './protocol';

/** Probes by step, ascending. Never changed in place: a new track for every probe that comes. */
export interface FrameTrack {
	/** Updates done at each recorded probe. */
	readonly steps: readonly number[];
	/** The probe at `steps[index]`. */
	at(index: number): ProbeFrame;
	/** Sink rates [layers, heads] at `steps[index]`, without unpacking the maps. */
	sinkRates(index: number): Float32Array;
}

export const NO_FRAMES: FrameTrack = {
	steps: [],
	at: () => {
		throw new RangeError('no probe is recorded');
	},
	sinkRates: () => new Float32Array(0),
};

/** What a run's probes are kept in. */
export class FrameRecorder {
	private frames: readonly ProbeFrame[] = [];

	/** Takes in the next probe; one of the same step replaces it. */
	add(frame: ProbeFrame): void {
		this.frames = [...this.frames.filter(({ step }) => step < frame.step), frame];
	}

	/** Forgets probes after `step`. */
	rewind(step: number): void {
		this.frames = this.frames.filter((frame) => frame.step <= step);
	}

	view(): FrameTrack {
		const { frames } = this;
		return {
			steps: frames.map(({ step }) => step),
			at: (index) => frames[index],
			sinkRates: (index) => frames[index].sinkRates,
		};
	}
}
