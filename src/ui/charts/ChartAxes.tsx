/**
 * The loss chart's axes and grid, by Recharts. They hear of their domains through a context, so that the chart around
 * them is not drawn again: every redraw of a Recharts chart writes all of its settings into its store, and each write
 * draws the axes anew, which made one task of 70 ms on two cores that also trained.
 */
import { createContext, memo, useContext, useDeferredValue } from 'react';
import { CartesianGrid, XAxis, YAxis } from 'recharts';
import { formatCount } from '../format';
import { AxisTitles } from './ChartLayers';

export interface Axes {
	xDomain: [number, number];
	yDomain: [number, number];
	xTicks: number[];
	yTicks: number[];
	logSteps: boolean;
	/** Unit of the loss: `nats per character`. */
	unit: string;
}

/** Its members must stay the same arrays as long as their numbers do. */
export const AxesContext = createContext<Axes>({ xDomain: [0, 1], yDomain: [0, 1], xTicks: [], yTicks: [], logSteps: false, unit: '' });

/** Room for the y axis' numbers on the left, and for the x axis' below, CSS pixels. */
export const Y_AXIS = 40;
export const X_AXIS = 22;

/** `interval={0}` keeps Recharts from measuring every tick's text in the page: our ticks are few, and have room. */
export const ChartAxes = memo(function ChartAxes() {
	return (
		<>
			<CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
			<StepAxis />
			<LossAxis />
			<Titles />
		</>
	);
});

/** A moment after the other axis: two short tasks instead of a long one. */
function StepAxis() {
	const { logSteps, xDomain, xTicks } = useDeferredValue(useContext(AxesContext));
	return (
		<XAxis
			dataKey="step"
			type="number"
			scale={logSteps ? 'log' : 'linear'}
			domain={xDomain}
			ticks={xTicks}
			interval={0}
			allowDataOverflow
			tickFormatter={formatCount}
			stroke="var(--muted)"
			tickLine={false}
			tickMargin={4}
			height={X_AXIS}
		/>
	);
}

function LossAxis() {
	const { yDomain, yTicks } = useContext(AxesContext);
	return (
		<YAxis
			type="number"
			domain={yDomain}
			ticks={yTicks}
			interval={0}
			allowDataOverflow
			width={Y_AXIS}
			axisLine={false}
			tickLine={false}
			stroke="var(--muted)"
		/>
	);
}

function Titles() {
	const { logSteps, unit } = useContext(AxesContext);
	return <AxisTitles x={logSteps ? 'steps (log)' : 'steps'} y={`loss, ${unit}`} />;
}
