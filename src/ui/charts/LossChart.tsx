/** The chart of the curves itself; loaded after the first bundle because of Recharts' size. */
import { memo, useMemo } from 'react';
import { LineChart } from 'recharts';
import { helpText, keyNames } from '../actions/action';
import { CHART_ACTIONS } from '../actions/chartActions';
import { useSame } from '../shared/useSame';
import { type Axes, AxesContext, ChartAxes, HALF_TICK, X_AXIS, X_TITLE, Y_AXIS } from './ChartAxes';
import { DrawnContext, LineLayers, scalesOf } from './ChartLayers';
import type { ChartData } from './chartData';
import { labelRoom } from './EndLabels';
import { LABEL_GAP } from './labels';
import type { QuantityText } from './quantities';
import { Reading } from './Reading';
import { useChartInput } from './useChartInput';
import type { ChartView } from './view';
import { X_TEXT } from './xAxis';

interface Props {
	data: ChartData;
	/** The view that `data` was made for. */
	view: ChartView;
	text: QuantityText;
	/** The baseline's name. */
	baseline: string;
	width: number;
	height: number;
	onZoom(zoom: readonly [number, number] | null): void;
}

/** Space for the y axis' title above the plot, CSS pixels. */
const TOP = 20;
/** Least width of the labels right of the plot: the x axis' title has its place below them. */
const LEAST_LABELS = 150;

const CHART_KEYS = Object.values(CHART_ACTIONS)
	.map((action) => `${keyNames(action).join(' ')}: ${helpText(action)}.`)
	.join(' ');

/** True if every group has room for a label at the end of its lines. */
export function hasLabels(data: ChartData, width: number, height: number): boolean {
	const groups = new Set(data.lines.map(({ group }) => group)).size;
	return width >= 480 && groups > 0 && groups * LABEL_GAP <= height - TOP - X_AXIS;
}

/** Values over the x axis: axes and grid by Recharts, the lines in layers between them, values at the cursor. */
const LossChart = memo(function LossChart({ data, view, text, baseline, width, height, onZoom }: Props) {
	const labelled = hasLabels(data, width, height);
	const longest = Math.max(text.format(data.yDomain[0]).length, text.format(data.yDomain[1]).length);
	const right = labelled ? Math.max(LEAST_LABELS, labelRoom(data.lines, longest)) : HALF_TICK;
	const bottom = labelled ? 0 : X_TITLE;
	const area = useMemo(
		() => ({ x: Y_AXIS, y: TOP, width: width - Y_AXIS - right, height: height - TOP - bottom - X_AXIS }),
		[width, height, right, bottom],
	);
	const scales = scalesOf(data, area);
	const { brush, spoken, handlers } = useChartInput(data, scales, onZoom);
	const { format } = text;
	const zero = view.quantity === 'relative' ? baseline : null;
	const drawn = useMemo(() => ({ data, format, zero, area }), [data, format, zero, area]);
	return (
		<div
			className="loss-chart"
			role="application"
			// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its cursor, so it must take the focus
			tabIndex={0}
			aria-label={`${text.label} over ${X_TEXT[view.x].title}`}
			aria-roledescription="chart"
			aria-describedby="chart-keys"
			{...handlers}
		>
			<AxesContext value={useAxes(data, view, text, labelled)}>
				<DrawnContext value={drawn}>
					<Frame width={width} height={height} right={right} bottom={bottom} labelled={labelled} />
				</DrawnContext>
			</AxesContext>
			{brush && <div className="brush" style={{ left: brush[0], width: brush[1] - brush[0], top: area.y, height: area.height }} />}
			<Reading
				data={data}
				scales={scales}
				axis={view.x}
				validation={view.quantity === 'loss'}
				format={format}
				width={width}
				spoken={spoken}
			/>
			<span id="chart-keys" className="hidden">
				{CHART_KEYS}
			</span>
		</div>
	);
});
export default LossChart;

/** The axes, as the same object until one of them changes. */
function useAxes(data: ChartData, { x }: ChartView, { axis, tick }: QuantityText, titleBeside: boolean): Axes {
	const xDomain = useSame(data.xDomain);
	const yDomain = useSame(data.yDomain);
	const xTicks = useSame(data.xTicks);
	const yTicks = useSame(data.yTicks);
	const { logX, logY } = data;
	return useMemo(
		() => ({
			xDomain,
			yDomain,
			xTicks,
			yTicks,
			logX,
			logY,
			xTitle: `${X_TEXT[x].title}${logX ? ' (log)' : ''}`,
			yTitle: `${axis}${logY ? ' (log)' : ''}`,
			titleBeside,
			xTick: X_TEXT[x].tick,
			yTick: tick,
		}),
		[xDomain, yDomain, xTicks, yTicks, logX, logY, x, axis, tick, titleBeside],
	);
}

interface FrameProps {
	width: number;
	height: number;
	right: number;
	bottom: number;
	labelled: boolean;
}

/** Recharts' part; drawn again only when its size changes. */
const Frame = memo(function Frame({ width, height, right, bottom, labelled }: FrameProps) {
	return (
		<LineChart width={width} height={height} margin={{ top: TOP, left: 0, right, bottom }} accessibilityLayer={false}>
			<ChartAxes />
			<LineLayers labelled={labelled} />
		</LineChart>
	);
});
