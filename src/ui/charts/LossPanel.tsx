import { lazy, memo, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/snapshot';
import { unitOf } from '../answer/answer';
import { useSize } from '../hooks';
import { methodStyle } from '../style/methodStyle';
import { Swatch } from '../style/Swatch';
import { type ChartRun, chartData } from './chartData';

const loadChart = () => import('./LossChart');
const LossChart = lazy(loadChart);

/** Choices of the moving average, steps. */
const WINDOWS = [1, 5, 10, 20, 50, 100] as const;

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	empty: string;
}

/** Loss over steps, and how it is drawn. */
export const LossPanel = memo(function LossPanel({ experiment, runs, empty }: Props) {
	const [ref, size] = useSize<HTMLDivElement>();
	const [smoothing, setSmoothing] = useState(20);
	const [logSteps, setLogSteps] = useState(false);
	const chartRuns = useMemo<ChartRun[]>(
		() => runs.map((run) => ({ run, style: methodStyle(run.info.method), label: run.info.label })),
		[runs],
	);
	// The controls change at once, the chart right after.
	const drawn = useDeferredValue(useMemo(() => ({ smoothing, logSteps }), [smoothing, logSteps]));
	const data = useMemo(() => chartData(chartRuns, { ...drawn, totalSteps: experiment.steps }), [chartRuns, drawn, experiment.steps]);
	const [loaded, setLoaded] = useState(false);
	useEffect(() => {
		// Fetched and drawn empty while the page rests, so that the first loss finds its axes there.
		const idle = setTimeout(() => loadChart().then(() => setLoaded(true)), 500);
		return () => clearTimeout(idle);
	}, []);
	const any = runs.some((run) => run.series.length > 0);
	return (
		<section className="panel loss" aria-labelledby="loss-title">
			<div className="panel-head">
				<h2 id="loss-title">Loss</h2>
				<span className="label hint">line: training; hollow marker: validation</span>
				<span className="spring" />
				<label className="inline">
					Mean of
					<select
						value={smoothing}
						onChange={(event) => setSmoothing(Number(event.target.value))}
						aria-label="Smoothing: mean of so many steps"
					>
						{WINDOWS.map((window) => (
							<option key={window} value={window}>
								{window === 1 ? 'no smoothing' : `${window} steps`}
							</option>
						))}
					</select>
				</label>
				<label className="inline">
					<input type="checkbox" checked={logSteps} onChange={(event) => setLogSteps(event.target.checked)} />
					Log steps
				</label>
			</div>
			<div ref={ref} className="chart-room">
				{(any || loaded) && size.width > 0 && (
					<Suspense fallback={null}>
						<LossChart
							runs={chartRuns}
							data={data}
							width={size.width}
							height={size.height}
							logSteps={drawn.logSteps}
							smoothed={drawn.smoothing > 1}
							smoothing={drawn.smoothing}
							unit={unitOf(experiment)}
						/>
					</Suspense>
				)}
				{!any && <p className="empty">{empty}</p>}
			</div>
			{size.width < 480 && any && <Legend runs={chartRuns} />}
		</section>
	);
});

/** One entry a method, where the chart is too narrow for labels at the lines' ends. */
function Legend({ runs }: { runs: readonly ChartRun[] }) {
	const methods = new Map(runs.map((chartRun) => [chartRun.run.info.method, chartRun]));
	return (
		<ul className="chart-legend">
			{[...methods.values()].map(({ run, style, label }) => (
				<li key={run.info.method}>
					<Swatch style={style} /> {label}
				</li>
			))}
		</ul>
	);
}
