/** A sweep's results; loaded when there is a sweep. */
import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { sweepPoints, sweptFields } from '../../../experiment/sweep';
import type { Experiment } from '../../../experiment/types';
import type { RunView } from '../../../session/client/store/labSnapshot';
import type { Reported } from '../../measures/comparison';
import { APPROXIMATE_HELP, approximateText } from '../../measures/criticalText';
import { FigureMenu } from '../../shared/figures/FigureMenu';
import { formatDuration, plural } from '../../shared/format';
import { useSize } from '../../shared/hooks';
import { ScrollRegion } from '../../shared/ScrollRegion';
import { Term } from '../../shared/tip';
import { useClient } from '../../shared/useLab';
import { useSame } from '../../shared/useSame';
import type { Shade } from '../../theme/attentionScale';
import { Swatch } from '../../theme/Swatch';
import { HeatMap } from './HeatMap';
import { cellText, verdictSentences } from './pointText';
import { SweepChart } from './SweepChart';
import { SweepTable } from './SweepTable';
import { SweepTools } from './SweepTools';
import { shownText } from './shownText';
import { chosenOf, DEFAULT_SWEEP_VIEW, drawnOf, type SweepView, sweepData } from './sweepView';
import './sweep.css';

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	/** The group that others are compared with. */
	baseline: string | null;
	/** The measure that answers the question; undefined = the first that there is. */
	answer?: Reported;
	shade: Shade;
	/** Seconds until all runs have finished; null while unknown, or if none trains. */
	secondsLeft: number | null;
}

/** A chart, a heat map, cost against loss, and a table of a sweep. Runs appear as they finish. */
const SweepPanel = memo(function SweepPanel({ experiment, runs, baseline, answer, shade, secondsLeft }: Props) {
	const [ref, size] = useSize<HTMLDivElement>();
	const [view, setView] = useState<SweepView>(DEFAULT_SWEEP_VIEW);
	const change = useCallback((part: Partial<SweepView>) => setView((before) => ({ ...before, ...part })), []);
	const swept = sweptFields(experiment);
	const data = useSweepData(experiment, runs, baseline, swept);
	const chosen = useMemo(() => chosenOf(view, data, answer), [view, data, answer]);
	const drawnView = useDeferredValue(chosen);
	const drawn = useMemo(() => drawnOf(drawnView, data), [drawnView, data]);
	const open = useOpenCurves(runs, data.baselineOf);
	const nameOf = useCallback(
		(run: RunView) => {
			const cell = data.cells.find(({ runs }) => runs.includes(run));
			return `${cell ? cellText(cell, data.swept) : run.name}, seed ${run.info.seed}`;
		},
		[data],
	);
	const { show, metric, x, asDifference } = drawnView;
	const finished = runs.filter((run) => run.finished || run.divergedAt !== null).length;
	const label = `${metric.label}${asDifference ? ` minus ${data.baselineLabel}’s` : ''} over ${show === 'pareto' ? drawnView.cost.label : x.label}`;
	const yAxis = useMemo(
		() => axisOf(drawnView.metric, asDifference, data.baselineLabel),
		[drawnView.metric, asDifference, data.baselineLabel],
	);
	return (
		<section className="panel sweep" aria-labelledby="sweep-title">
			<div className="panel-head">
				<h2 id="sweep-title">Sweep</h2>
				<span className="label" role="status">
					{progressText(finished, runs.length, secondsLeft)}
				</span>
				<FigureMenu title={label} runs={runs} records={show === 'table' ? undefined : () => recordsOf(data)} />
				<span className="spring" />
				<SweepTools view={chosen} data={data} onChange={change} />
			</div>
			<div className="sweep-room" ref={ref}>
				{(show === 'chart' || show === 'pareto') && size.width > 0 && (
					<div className="chart-room">
						<SweepChart
							data={drawn.chart}
							x={show === 'pareto' ? drawnView.cost : x}
							y={yAxis}
							label={label}
							zero={asDifference && show === 'chart' ? data.baselineLabel : null}
							cost={show === 'pareto'}
							width={size.width}
							height={size.height}
							onOpen={open}
							nameOf={nameOf}
						/>
						{drawn.chart.marks.length === 0 && <p className="empty">{emptyText(finished, metric.label)}</p>}
					</div>
				)}
				{show === 'map' && data.grid && (
					<HeatMap
						values={drawn.map}
						fields={data.grid}
						metric={metric}
						asDifference={asDifference}
						shade={shade}
						label={label}
						onOpen={open}
					/>
				)}
				{show === 'table' && (
					<SweepTable rows={drawn.rows} swept={swept} derived={data.derived} metric={metric} baseline={data.baselineLabel} onOpen={open} />
				)}
			</div>
			<Verdicts drawn={drawn} chosen={drawnView} baseline={data.baselineLabel} />
			<Shown runs={runs} swept={swept} />
		</section>
	);
});
export default SweepPanel;

const recordsOf = async (data: ReturnType<typeof sweepData>) => (await import('./sweepCsv')).sweepMeans(data);

function axisOf(metric: { axis: string; format(value: number): string }, asDifference: boolean, baseline: string) {
	const { axis, format } = metric;
	if (!asDifference) return { axis, format };
	const signed = (value: number) => `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;
	return { axis: `${axis} minus ${baseline}’s`, format: signed };
}

function progressText(finished: number, total: number, secondsLeft: number | null): string {
	const done = finished === total ? `${plural(total, 'run')}, all finished` : `${finished} of ${plural(total, 'run')} finished`;
	return secondsLeft === null || finished === total ? done : `${done}, about ${formatDuration(secondsLeft)} left`;
}

const emptyText = (finished: number, metric: string) =>
	finished === 0
		? 'A mark per run appears here when its training has finished.'
		: `No finished run has a number for “${metric}”. The table has the reasons.`;

function useSweepData(experiment: Experiment, runs: readonly RunView[], baseline: string | null, swept: ReturnType<typeof sweptFields>) {
	// Runs in training change ten times a second and have no final metrics yet.
	const done = useSame(runs.flatMap((run) => [run.info, run.finished ? run : run.divergedAt]));
	// biome-ignore lint/correctness/useExhaustiveDependencies: `done` covers what is read from the runs
	return useMemo(
		() =>
			sweepData(
				runs,
				baseline,
				swept,
				sweepPoints(experiment).map((point) => point.experiment),
			),
		[done, baseline, swept, experiment],
	);
}

/** Shows one run and its baseline in the curves, brings these into view and gives them the focus. */
function useOpenCurves(runs: readonly RunView[], baselineOf: (run: RunView) => RunView | undefined): (run: RunView) => void {
	const { store } = useClient();
	const ids = useSame(runs.map(({ info }) => info.id));
	return useCallback(
		(run: RunView) => {
			const shown = [run, baselineOf(run)].flatMap((each) => each?.info.id ?? []);
			store.show(
				ids.filter((id) => !shown.includes(id)),
				false,
			);
			store.show(shown, true);
			const curves = document.querySelector<HTMLElement>('.charts .loss-chart');
			curves?.scrollIntoView({ block: 'nearest' });
			curves?.focus({ preventScroll: true });
		},
		[store, ids, baselineOf],
	);
}

type DrawnProps = { drawn: ReturnType<typeof drawnOf>; chosen: ReturnType<typeof chosenOf>; baseline: string };

/** The key to the lines, and at which places each method is separated from the baseline. */
const Verdicts = memo(function Verdicts({ drawn, chosen: { x, metric, show, cost }, baseline }: DrawnProps) {
	const { lines, frontier } = drawn.chart;
	const sentences = metric.differs && show !== 'pareto' ? verdictSentences(drawn.values, drawn.place, baseline) : [];
	return (
		<ScrollRegion className="chart-legend verdicts sweep-verdicts" label="Lines of the sweep and their differences">
			<p className="label">
				{show === 'pareto'
					? `Mean of each point and method; the dashed line has the least loss for each cost (${cost.axis}).`
					: show === 'chart'
						? `${drawn.chart.ordered ? 'Line' : 'Mark'}: mean over seeds with the 95 % t-interval; faint marks: single runs.`
						: 'Mean over seeds; ±: half the 95 % t-interval.'}{' '}
				{sentences.length > 0 && `${metric.label} over ${x.axis}:`}
			</p>
			<ul>
				{(show === 'chart' || show === 'pareto') &&
					lines
						.filter((line) => !sentences.some(({ label }) => label === line.label))
						.map((line) => (
							<li key={line.key}>
								<Swatch style={line.style} /> {line.label}
							</li>
						))}
				{sentences.map(({ label, text }) => (
					<li key={label}>
						{swatchOf(drawn, label)} {label} <span className="muted">{text}</span>
					</li>
				))}
				{show === 'pareto' && frontier.length > 0 && (
					<li className="muted">On the dashed line: {[...new Set(frontier.map(({ cell }) => cell.label))].join(', ')}.</li>
				)}
				{drawn.approximate > 0 && (
					<li className="muted">
						<Term text={APPROXIMATE_HELP}>Critical points: {approximateText(drawn.approximate).toLowerCase()}</Term>
					</li>
				)}
				{drawn.words !== '' && <li className="muted">{drawn.words}</li>}
			</ul>
		</ScrollRegion>
	);
});

function swatchOf({ values }: ReturnType<typeof drawnOf>, label: string) {
	const style = values.find(({ cell }) => cell.label === label)?.cell.style;
	return style && <Swatch style={style} />;
}

/** The runs that the curves and maps show, if some are hidden, and a button that shows all. */
const Shown = memo(function Shown({ runs, swept }: { runs: readonly RunView[]; swept: ReturnType<typeof sweptFields> }) {
	const { store } = useClient();
	if (runs.every(({ visible }) => visible)) return null;
	return (
		<p className="sweep-shown label">
			Curves below: {shownText(runs, swept)}
			<button
				type="button"
				onClick={() =>
					store.show(
						runs.map(({ info }) => info.id),
						true,
					)
				}
			>
				Show all curves
			</button>
		</p>
	);
});
