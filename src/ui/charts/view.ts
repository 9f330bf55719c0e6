import type { Quantity } from './quantities';
import type { XAxis } from './xAxis';

/** Settings of the curves. */
export interface ChartView {
	quantity: Quantity;
	/** Steps of the moving average; 1 = none. */
	smoothing: number;
	x: XAxis;
	logX: boolean;
	logY: boolean;
	/** One line per seed instead of a group's mean and range. */
	single: boolean;
	/** The range of the x axis that is shown; null = all of it. */
	zoom: readonly [number, number] | null;
}

export const DEFAULT_VIEW: ChartView = { quantity: 'loss', smoothing: 20, x: 'steps', logX: false, logY: false, single: false, zoom: null };

/** Choices for the moving average, steps. */
export const WINDOWS = [1, 5, 10, 20, 50, 100] as const;
