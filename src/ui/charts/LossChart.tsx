/** The loss chart itself; loaded apart from the first bundle, because of Recharts. */
import { memo, useState } from 'react';
import { CartesianGrid, LineChart, XAxis, YAxis } from 'recharts';
import { formatCount } from '../format';
import { AxisTitles, type Drawn, DrawnContext, RunLayers, shortLabel } from './ChartLayers';
import type { ChartRun } from './chartData';
import { Reading } from './Reading';
import { plotScales } from './scales';
import { useSame } from './useSame';

type Props = Omit<Drawn, 'hover'> & {
	width: number;
	height: number;
	/** Steps of the moving average. */
	smoothing: number;
	/** Unit of the loss: `nats per character`. */
	unit: string;
};

const Y_AXIS = 40;
const X_AXIS = 22;
/** Half of the widest tick of the x axis, `100,000`: the last one stands at the plot's end. */
const HALF_TICK = 24;
const MARGIN = { top: 22, bottom: 16, left: 0 };

/** Losses over steps: axes and grid by Recharts, the runs in layers between them, a reading under the pointer. */
const LossChart = memo(function LossChart({ width, height, smoothing, unit, ...drawn }: Props) {
	const { runs, data, logSteps } = drawn;
	const [hover, setHover] = useState<number | null>(null);
	const labelled = width >= 480;
	const right = labelled ? labelRoom(runs) : HALF_TICK;
	const area = { x: Y_AXIS, y: MARGIN.top, width: width - Y_AXIS - right, height: height - MARGIN.top - MARGIN.bottom - X_AXIS };
	const scales = plotScales(area, data.xDomain, data.yDomain, logSteps);
	const point = (event: React.PointerEvent) => {
		const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
		setHover(runs.length > 0 && x >= area.x - 4 && x <= area.x + area.width + 4 ? scales.stepAt(x) : null);
	};
	return (
		<div className="loss-chart" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setHover(null)}>
			<DrawnContext value={{ ...drawn, hover }}>
				<Frame
					width={width}
					height={height}
					right={right}
					xDomain={useSame(data.xDomain)}
					yDomain={useSame(data.yDomain)}
					xTicks={useSame(data.xTicks)}
					yTicks={useSame(data.yTicks)}
					logSteps={logSteps}
					unit={unit}
					labelled={labelled}
				/>
			</DrawnContext>
			{hover !== null && <Reading step={hover} runs={runs} data={data} smoothing={smoothing} x={scales.x(hover)} width={width} />}
		</div>
	);
});
export default LossChart;

/** Room for the longest label at a line's end, with its value or that it stopped. */
function labelRoom(runs: readonly ChartRun[]): number {
	return 28 + 6.6 * Math.max(0, ...runs.map(({ run, label }) => shortLabel(label).length + (run.divergedAt === null ? 6 : 8)));
}

interface FrameProps {
	width: number;
	height: number;
	right: number;
	xDomain: [number, number];
	yDomain: [number, number];
	xTicks: number[];
	yTicks: number[];
	logSteps: boolean;
	unit: string;
	labelled: boolean;
}

/**
 * Axes and grid; drawn again only when one of them moves. `interval={0}` keeps Recharts from measuring every tick's text
 * in the page, which takes longer than all the rest: our ticks are few, and have room.
 */
const Frame = memo(function Frame({ width, height, right, xDomain, yDomain, xTicks, yTicks, logSteps, unit, labelled }: FrameProps) {
	// Recharts draws axes for data: the corners of the plot are data enough.
	const corners = xDomain.map((step, i) => ({ step, loss: yDomain[i] }));
	return (
		<LineChart width={width} height={height} data={corners} margin={{ ...MARGIN, right }} accessibilityLayer={false}>
			<CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
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
			<AxisTitles x={logSteps ? 'steps (log)' : 'steps'} y={`loss, ${unit}`} />
			<RunLayers labelled={labelled} />
		</LineChart>
	);
});
