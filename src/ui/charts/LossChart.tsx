/** The loss chart itself; loaded apart from the first bundle, because of Recharts. */
import { memo, useMemo, useState } from 'react';
import { LineChart } from 'recharts';
import { AxesContext, ChartAxes, X_AXIS, Y_AXIS } from './ChartAxes';
import { type Drawn, DrawnContext, RunLayers, shortLabel } from './ChartLayers';
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
	const xDomain = useSame(data.xDomain);
	const yDomain = useSame(data.yDomain);
	const xTicks = useSame(data.xTicks);
	const yTicks = useSame(data.yTicks);
	const axes = useMemo(() => ({ xDomain, yDomain, xTicks, yTicks, logSteps, unit }), [xDomain, yDomain, xTicks, yTicks, logSteps, unit]);
	return (
		<div className="loss-chart" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setHover(null)}>
			<AxesContext value={axes}>
				<DrawnContext value={{ ...drawn, hover }}>
					<Frame width={width} height={height} right={right} labelled={labelled} />
				</DrawnContext>
			</AxesContext>
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
	labelled: boolean;
}

/** Recharts' part; drawn again only when its size changes. */
const Frame = memo(function Frame({ width, height, right, labelled }: FrameProps) {
	return (
		<LineChart width={width} height={height} margin={{ ...MARGIN, right }} accessibilityLayer={false}>
			<ChartAxes />
			<RunLayers labelled={labelled} />
		</LineChart>
	);
});
