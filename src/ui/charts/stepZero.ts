import type { RunInfo } from '../../experiment/records/run';
import type { RunView } from '../../session/client/store/labSnapshot';
import { measureOfFrame } from '../measures/frameMeasures';

/** A run's first probe never changes, and its maps take time to unpack. */
const known = new WeakMap<RunInfo, Map<string, number[] | null>>();

/**
 * A measurement of each layer before training, mean over the runs that were probed at step 0. It is on one sequence, that of the
 * maps. Null if no run was, or if a frame does not determine the measurement.
 */
export function atStepZero(runs: readonly RunView[], measure: string): number[] | null {
	const found = runs.flatMap((run) => {
		const values = ofRun(run, measure);
		return values ? [values] : [];
	});
	const layers = Math.min(...found.map(({ length }) => length));
	if (found.length === 0) return null;
	return Array.from({ length: layers }, (_, layer) => found.reduce((sum, values) => sum + values[layer], 0) / found.length);
}

function ofRun({ info, frames }: RunView, measure: string): number[] | null {
	if (frames.steps[0] !== 0) return null;
	const measures = known.get(info) ?? new Map<string, number[] | null>();
	known.set(info, measures);
	let values = measures.get(measure);
	if (values === undefined) {
		values = measureOfFrame(frames.at(0), measure);
		measures.set(measure, values);
	}
	return values;
}
