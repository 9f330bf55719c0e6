/**
 * The chart's axes and grid, drawn by Recharts. They get their domains through a context, so that the chart around them is not
 * rendered again. Every render of a Recharts chart writes all of its settings into its store, and each write redraws the
 * axes. Together that took 70 ms on two cores that were also training.
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
	/** True if there is room for the x axis' title at its end. */
	titleBeside: boolean;
	xTick(value: number): string;
	yTick(value: number): string;
}

/** Its members must stay the same objects while their content is unchanged. */
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

/** Space for the y axis' numbers on the left, and for those of the x axis below, CSS pixels. */
export const Y_AXIS = 44;
export const X_AXIS = 22;
/** Half the width of the widest tick of the x axis, `100,000`: the last tick is centred on the plot's edge. */
export const HALF_TICK = 24;

/**
 * `interval={0}` and our own tick component keep Recharts from measuring every tick's text in the page, which would force a
 * layout in the middle of a redraw. Our ticks are few and do not overlap.
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

/** `drop`: distance of the text's baseline below `y`, which aligns the text's top or middle with `y`. */
const tickOf = (anchor: 'middle' | 'end', drop: string) => (props: XAxisTickContentProps | YAxisTickContentProps) => (
	<text x={props.x} y={props.y} dy={drop} textAnchor={anchor}>
		{props.tickFormatter ? props.tickFormatter(props.payload.value, props.index) : props.payload.value}
	</text>
);
const xTickText = tickOf('middle', '0.71em');
const yTickText = tickOf('end', '0.355em');

/** Rendered a moment after the other axis: two short tasks instead of a long one. */
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

/** The axes' names and units: y's above its numbers, x's after its numbers if there is room, otherwise below them. */
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
