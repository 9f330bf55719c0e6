import type { Metrics } from '../../src/experiment/records/metrics';
import { NO_FRAMES } from '../../src/session/client/runs/frames';
import { LossSeries } from '../../src/session/client/runs/lossSeries';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { runInfo } from '../session/client/fakePort';

/** A run as the page sees it, with these losses and metrics by step. */
export function view(method: string, seed: number, losses: number[], metrics: Record<number, Metrics> = {}, label = method): RunView {
	const series = new LossSeries();
	series.append(0, Float32Array.from(losses), new Float32Array(losses.length));
	const history = Object.entries(metrics).map(([step, values]) => ({ step: Number(step), metrics: values }));
	return {
		info: runInfo(method, seed, label),
		name: label,
		visible: true,
		series: series.view(),
		step: losses.length,
		tokensPerSecond: 60_000,
		metrics: Object.assign({}, ...history.map((point) => point.metrics)),
		history,
		maps: null,
		frames: NO_FRAMES,
		divergedAt: null,
		finished: false,
		recorded: false,
	};
}
