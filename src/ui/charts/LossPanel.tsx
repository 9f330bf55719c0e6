import { lazy, memo, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { optimumOf } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { lossUnit } from '../measures/comparison';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { useGuestFiles, useGuestRuns } from '../shared/guestRuns';
import { useSize } from '../shared/hooks';
import { Term } from '../shared/tip';
import { useClient } from '../shared/useLab';
import { useSame } from '../shared/useSame';
import { type ChartData, chartData } from './chartData';
import { chartGroups } from './groups';
import { Legend } from './Legend';
import { optimumOfMeasure } from './optimum';
import { QuantityTabs } from './QuantityTabs';
import { measuresIn, type Quantity, type QuantityText, quantityText } from './quantities';
import { ViewOptions } from './ViewOptions';
import { verdictsOf } from './verdicts';
import { type ChartView, DEFAULT_VIEW, WINDOWS } from './view';
import { X_TEXT } from './xAxis';

const loadChart = () => import('./LossChart');
const LossChart = lazy(loadChart);
const GuestList = lazy(() => import('./GuestList'));

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	/** The group that others are compared with; null while there is none. */
	baseline: string | null;
	/** The curve that answers the question, until another is chosen. */
	answer: Quantity;
	/** Message shown before the first loss. */
	empty: string;
}

/** Loss and every measurement of the whole model over steps, and how they are drawn. */
export const LossPanel = memo(function LossPanel({ experiment, runs: own, baseline, answer, empty }: Props) {
	const [ref, size] = useSize<HTMLDivElement>();
	const [view, change] = useView(answer);
	const { runs, files } = useWithGuests(own, view);
	const zoom = useCallback((range: ChartView['zoom']) => change({ zoom: range }), [change]);
	const metrics = useSame(runs.map((run) => run.metrics));
	const measures = useMemo(() => measuresIn(metrics), [metrics]);
	// If new runs lack the chosen measurement, the loss is shown.
	const known = ['loss', 'relative', 'gradient', ...measures].includes(view.quantity);
	const chosen = useMemo(() => (known ? view : { ...view, quantity: 'loss' }), [view, known]);
	// The controls change at once, the chart right after.
	const drawn = useDeferredValue(chosen);
	const baselineLabel = chartGroups(runs.filter(({ info }) => info.group === baseline))[0]?.label ?? 'the baseline';
	const unit = lossUnit(experiment);
	const text = useMemo(() => quantityText(drawn.quantity, unit, baselineLabel), [drawn.quantity, unit, baselineLabel]);
	const totalSteps = experiment.steps;
	const { fromZero } = text;
	const optimum = drawn.quantity === 'loss' ? optimumOf(experiment) : optimumOfMeasure(drawn.quantity, metrics);
	const data = useMemo(
		() => chartData({ runs, baseline, view: drawn, totalSteps, fromZero, optimum }),
		[runs, baseline, drawn, totalSteps, fromZero, optimum],
	);
	const loaded = useChartLoaded();
	const any = runs.some((run) => run.series.length > 0);
	return (
		<section className="panel loss" aria-labelledby="loss-title">
			<div className="panel-head">
				<h2 id="loss-title" className="hidden">
					Curves
				</h2>
				<QuantityTabs
					quantity={chosen.quantity}
					measures={measures}
					unit={unit}
					baseline={baselineLabel}
					onChange={(quantity) => change({ quantity })}
				/>
				<span className="spring" />
				{view.zoom && (
					<button type="button" onClick={() => zoom(null)}>
						Whole run
					</button>
				)}
				{(chosen.quantity === 'loss' || chosen.quantity === 'gradient') && (
					<Smoothing value={chosen.smoothing} onChange={(smoothing) => change({ smoothing })} />
				)}
				<ViewOptions view={chosen} extent={data.xExtent} logYProblem={data.logYProblem} onChange={change} />
				<LossFigure data={data} view={drawn} text={text} runs={runs} />
			</div>
			<div ref={ref} className="chart-room">
				{(any || loaded) && size.width > 0 && (
					<Suspense fallback={null}>
						<LossChart
							data={data}
							view={drawn}
							text={text}
							baseline={baselineLabel}
							width={size.width}
							height={size.height}
							onZoom={zoom}
						/>
					</Suspense>
				)}
				{data.lines.length === 0 && <p className="empty">{any ? nothingDrawn(runs, drawn.quantity, baselineLabel) : empty}</p>}
			</div>
			{files > 0 && (
				<Suspense fallback={null}>
					<GuestList />
				</Suspense>
			)}
			{data.lines.length > 0 && <Caption text={text}>{captionOf(drawn.quantity, baselineLabel, text)}</Caption>}
			{any && <Comparison runs={own} baseline={baseline} baselineLabel={baselineLabel} view={drawn} narrow={size.width < 480} />}
		</section>
	);
});

/** The page's runs with those of the opened link and of files, and the number of these files. */
function useWithGuests(own: readonly RunView[], { x, quantity }: ChartView): { runs: readonly RunView[]; files: number } {
	const guests = useGuestRuns();
	const files = useGuestFiles().length;
	// They have no training time, no gradients, and no run on the same batches.
	const drawn = guests.length > 0 && x !== 'seconds' && quantity !== 'relative' && quantity !== 'gradient';
	return { runs: useMemo(() => (drawn ? [...own, ...guests] : own), [own, guests, drawn]), files };
}

interface FigureProps {
	data: ChartData;
	view: ChartView;
	text: QuantityText;
	runs: readonly RunView[];
}

/** Saves the curves, and adds those of other programs. */
function LossFigure({ data, view, text, runs }: FigureProps) {
	const client = useClient();
	const x = X_TEXT[view.x].title;
	const addCurves = async () => (await import('../shared/addCurves')).chooseCurves(client);
	return (
		<FigureMenu
			title={`${text.label} over ${x}`}
			runs={runs.filter(({ visible }) => visible)}
			face="File"
			more={[{ label: 'Add curves from a file (CSV, JSON Lines)', why: '', act: addCurves }]}
			records={async () => (await import('./figureRecords')).lineRecords(data, x, text.axis)}
		/>
	);
}

/** True once the chart's script is loaded. It is fetched while the page is idle, so that the axes are drawn before the first loss. */
function useChartLoaded(): boolean {
	const [loaded, setLoaded] = useState(false);
	useEffect(() => {
		const idle = setTimeout(() => loadChart().then(() => setLoaded(true)), 500);
		return () => clearTimeout(idle);
	}, []);
	return loaded;
}

/** The settings of the curves; until another is chosen, the quantity that answers. Guests have no differences to show. */
function useView(answer: Quantity): [view: ChartView, change: (part: Partial<ChartView>) => void] {
	const [changed, setChanged] = useState<Partial<ChartView>>({});
	const change = useCallback((part: Partial<ChartView>) => setChanged((before) => ({ ...before, ...part })), []);
	const guests = useGuestRuns().length > 0;
	const view = useMemo(
		() => ({ ...DEFAULT_VIEW, quantity: guests ? DEFAULT_VIEW.quantity : answer, ...changed }),
		[answer, changed, guests],
	);
	return [view, change];
}

const Caption = ({ text: { help, formula }, children }: { text: QuantityText; children: string }) => (
	<p className="caption">
		<Term text={help} formula={formula}>
			{children}
		</Term>
	</p>
);

/** The caption of the curves: one line on what to see. */
function captionOf(quantity: Quantity, baseline: string, { label }: QuantityText): string {
	if (quantity === 'relative') return `Below 0 means a lower loss than ${baseline} on the same batches.`;
	if (quantity === 'loss') return 'Lower is better. Lines: training; hollow marks: text held out from training.';
	return `${label} over training.`;
}

/** Message for runs that train but have nothing to draw here. */
function nothingDrawn(runs: readonly RunView[], quantity: Quantity, baseline: string): string {
	if (runs.every(({ visible }) => !visible)) return 'Every run is hidden. Show some in the table of runs.';
	if (quantity === 'relative')
		return `A line appears here for each run that trains on the same batches as ${baseline}: another method with the same seed, task and batch size.`;
	return 'Values appear here once a visible run has been measured.';
}

function Smoothing({ value, onChange }: { value: number; onChange(window: number): void }) {
	return (
		<label className="inline">
			<span className="smoothing-label">Smoothing</span>
			<select value={value} onChange={(event) => onChange(Number(event.target.value))} aria-label="Smoothing: mean of the last steps">
				{WINDOWS.map((window) => (
					<option key={window} value={window}>
						{window === 1 ? 'none' : `${window} steps`}
					</option>
				))}
			</select>
		</label>
	);
}

interface ComparisonProps {
	runs: readonly RunView[];
	baseline: string | null;
	baselineLabel: string;
	view: ChartView;
	/** True if there is no room for names at the ends of the lines. */
	narrow: boolean;
}

/** The legend with its verdicts, if there is something to compare or to name. */
function Comparison({ runs, baseline, baselineLabel, view, narrow }: ComparisonProps) {
	const { quantity, single } = view;
	const known = useSame(runs.flatMap((run) => [run.history, run.name, run.visible, run.finished, run.divergedAt, run.series.length > 0]));
	const validated = runs.some((run) => run.metrics.validationLoss !== undefined);
	// Before the first validation, verdicts use the training loss and change with every step.
	const changed = validated ? known : runs;
	// biome-ignore lint/correctness/useExhaustiveDependencies: `changed` covers everything that the verdicts read from `runs`
	const verdicts = useMemo(() => verdictsOf(runs, baseline, quantity), [changed, baseline, quantity]);
	const several = verdicts.verdicts.length > 1 || verdicts.verdicts.some(({ seeds }) => seeds > 1);
	if (!several && !narrow) return null;
	return <Legend {...verdicts} baseline={baseline} baselineLabel={baselineLabel} single={single} />;
}
