/** Runs as a chart draws them. */
import { LossSeries } from '../../src/session/client/runs/lossSeries';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { type ChartData, chartData } from '../../src/ui/charts/chartData';
import { type ChartView, DEFAULT_VIEW } from '../../src/ui/charts/view';
import { view } from './views';

export const steps = (length: number, value: (step: number) => number) => Array.from({ length }, (_, step) => value(step));

/** The chart's data for these runs, with vanilla as the baseline. */
export function draw(runs: RunView[], change: Partial<ChartView> = {}, fromZero = false): ChartData {
	return chartData({ runs, baseline: 'vanilla', view: { ...DEFAULT_VIEW, ...change }, totalSteps: 400, fromZero, optimum: null });
}

/** A run that started as a copy after `from` steps. */
export function forked(from: number, losses: number[]): RunView {
	const run = view('vanilla', 1, []);
	const series = new LossSeries();
	series.append(from, Float32Array.from(losses), new Float32Array(losses.length));
	const info = { ...run.info, id: 'fork', group: 'vanilla~fork', fork: { from: 'vanilla-1', step: from, change: { learningRate: 1e-4 } } };
	return { ...run, info, series: series.view(), step: from + losses.length };
}
