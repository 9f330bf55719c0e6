import type { Metrics } from '../../experiment/records/metrics';
import { measureText } from '../measures/measureText';

/** The lowest value that a measure of the whole model can have, as the runs report it; null if none is known. */
export function optimumOfMeasure(measure: string, latest: readonly Metrics[]): number | null {
	const { optimum } = measureText(measure);
	if (optimum === undefined) return null;
	const found = latest.map((metrics) => metrics[optimum]).find((value) => typeof value === 'number' && Number.isFinite(value));
	return typeof found === 'number' ? found : null;
}
