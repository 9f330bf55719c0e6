/** Steps of the recorded probes, for the time scrubber. */
import type { FrameTrack } from '../../session/client/runs/frames';

/** Every step at which one of the tracks has a probe, ascending. */
export function recordedSteps(tracks: readonly FrameTrack[]): number[] {
	return [...new Set(tracks.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
}

/** Place of the last step that is not after `step`; −1 if all are. */
export function indexAt(steps: readonly number[], step: number): number {
	let low = 0;
	let high = steps.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (steps[middle] <= step) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/** The recorded step `count` places after `step` (null = the latest); null once that is the latest. */
export function stepAfter(steps: readonly number[], step: number | null, count: number): number | null {
	const last = steps.length - 1;
	const place = (step === null ? last : indexAt(steps, step)) + count;
	return place >= last ? null : steps[Math.max(0, place)];
}
