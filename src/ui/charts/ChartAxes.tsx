/**
 * The chart's axes and grid, by Recharts. Their domains come through a context, so that the chart around them does not
 * render again: each render of a Recharts chart writes all settings into its store, and each write redraws the axes.
 * That took 70 ms in one task on two cores that also trained.
 */
import { createContext, memo, useContext, useDeferredValue } from 'react';
import { CartesianGrid, usePlotArea, XAxis, type XAxisTickContentProps, YAxis, type YAxisTickContentProps } from 'recharts';

export interface Axes {
	xDomain: readonly [number, number];
	yDomain: readonly [number, number];
	xTicks: readonly number[];
	yTicks: readonly number[];
	logX: boolean;
	logY: boolean;
	/** With their units: `steps`, `loss, nats per character`. */
	xTitle: string;
	yTitle: string;
	/** The x axis' title has room at its end. */
	titleBeside: boolean;
	xTick(value: number): string;
	yTick(value: number): string;
}

/** Members must keep their identity while their values do not change. */
export const AxesContext = createContext<Axes>({
	xDomain: [0, 1],
	yDomain: [0, 1],
	xTicks: [],
	yTicks: [],
	logX: false,
	logY: false,
	xTitle: '',
	yTitle: '',
	titleBeside: false,
	xTick: String,
	yTick: String,
});

/** Width of the y axis' numbers and height of the x axis', CSS pixels. */
export const Y_AXIS = 44;
export const X_AXIS = 22;
/** Half of the x axis' widest tick, `100,000`: the last one is centred at the plot's end. */
export const HALF_TICK = 24;

/**
 * `interval={0}` and our own tick component stop Recharts from measuring the text of every tick, which forces a layout in
 * the middle of a redraw. Our ticks are few and always fit.
 */
export const ChartAxes = memo(function ChartAxes() {
	return (
		<>
			<CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
			<Horizontal />
			<Vertical />
			<Titles />
		</>
	);
});

/** `drop`: offset of the text's baseline below `y`, to align its top or its middle. */
const tickOf = (anchor: 'middle' | 'end', drop: string) => (props: XAxisTickContentProps | YAxisTickContentProps) => (
	<text x={props.x} y={props.y} dy={drop} textAnchor={anchor}>
		{props.tickFormatter ? props.tickFormatter(props.payload.value, props.index) : props.payload.value}
	</text>
);
const xTickText = tickOf('middle', '0.71em');
const yTickText = tickOf('end', '0.355em');

/** Deferred, so that the two axes are two short tasks instead of a long one. */
function Horizontal() {
	const { logX, xDomain, xTicks, xTick } = useDeferredValue(useContext(AxesContext));
	return (
		<XAxis
			dataKey="x"
			type="number"
			scale={logX ? 'log' : 'linear'}
			domain={xDomain}
			ticks={xTicks}
			interval={0}
			tick={xTickText}
			allowDataOverflow
			tickFormatter={xTick}
			stroke="var(--muted)"
			tickLine={false}
			tickMargin={4}
			height={X_AXIS}
		/>
	);
}

function Vertical() {
	const { logY, yDomain, yTicks, yTick } = useContext(AxesContext);
	return (
		<YAxis
			type="number"
			scale={logY ? 'log' : 'linear'}
			domain={yDomain}
			ticks={yTicks}
			interval={0}
			tick={yTickText}
			allowDataOverflow
			tickFormatter={yTick}
			width={Y_AXIS}
			axisLine={false}
			tickLine={false}
			stroke="var(--muted)"
		/>
	);
}

/** Height of a title under the x axis' numbers, CSS pixels. */
export const X_TITLE = 16;

/** Names and units of the axes: above the y axis, and after the x axis or, without room there, below it. */
function Titles() {
	const { xTitle, yTitle, titleBeside } = useContext(AxesContext);
	const area = usePlotArea();
	if (!area) return null;
	return (
		<g className="axis-titles">
			<text x={8} y={12}>
				{yTitle}
			</text>
			{titleBeside ? (
				<text x={area.x + area.width + HALF_TICK + 4} y={area.y + area.height + 17}>
					{xTitle}
				</text>
			) : (
				<text x={area.x + area.width / 2} y={area.y + area.height + X_AXIS + 12} textAnchor="middle">
					{xTitle}
				</text>
			)}
		</g>
	);
}
