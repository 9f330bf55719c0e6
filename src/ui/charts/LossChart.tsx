/** The loss chart itself; loaded apart from the first bundle, because of Recharts. */
import { CartesianGrid, ComposedChart, Line, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { formatCount, formatLoss } from '../format';
import { Swatch } from '../style/Swatch';
import { AxisTitles, DivergedMarks, EndLabels, RawLines, ValidationMarkers } from './ChartLayers';
import { type ChartData, type ChartRow, type ChartRun, validationAt } from './chartData';

interface Props {
	runs: readonly ChartRun[];
	data: ChartData;
	width: number;
	height: number;
	logSteps: boolean;
	smoothed: boolean;
	/** Unit of the loss: `nats per character`. */
	unit: string;
}

/** Losses over steps: smoothed lines by Recharts, with raw lines, validation markers and end labels between its axes. */
export default function LossChart({ runs, data, width, height, logSteps, smoothed, unit }: Props) {
	const wide = width >= 480;
	return (
		<ComposedChart
			width={width}
			height={height}
			data={data.rows}
			margin={{ top: 22, right: wide ? labelRoom(runs) : 12, bottom: 16, left: 4 }}
			accessibilityLayer={false}
		>
			<CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
			<XAxis
				dataKey="step"
				type="number"
				scale={logSteps ? 'log' : 'linear'}
				domain={data.xDomain}
				ticks={data.xTicks}
				allowDataOverflow
				tickFormatter={formatCount}
				stroke="var(--muted)"
				tickLine={false}
				tickMargin={4}
				height={22}
			/>
			<YAxis
				type="number"
				domain={data.yDomain}
				ticks={data.yTicks}
				allowDataOverflow
				width={36}
				axisLine={false}
				tickLine={false}
				stroke="var(--muted)"
			/>
			<AxisTitles x={logSteps ? 'steps (log)' : 'steps'} y={`loss, ${unit}`} />
			<RawLines runs={runs} data={data} faint={smoothed} />
			{smoothed &&
				runs.map(({ run, style }, i) => (
					<Line
						key={run.info.id}
						dataKey={(row: ChartRow) => row.values[i]}
						name={run.info.id}
						stroke={style.colour}
						strokeWidth={1.75}
						strokeDasharray={style.dash || undefined}
						dot={false}
						activeDot={{ r: 3.5, fill: style.colour, stroke: 'var(--panel)' }}
						isAnimationActive={false}
						connectNulls
					/>
				))}
			{/* Recharts needs one line to hover along when it draws none itself. */}
			{!smoothed && (
				<Line dataKey={(row: ChartRow) => row.values[0]} stroke="none" dot={false} activeDot={false} isAnimationActive={false} />
			)}
			<ValidationMarkers runs={runs} data={data} />
			<DivergedMarks runs={runs} data={data} />
			{wide && <EndLabels runs={runs} data={data} />}
			<Tooltip
				isAnimationActive={false}
				cursor={{ stroke: 'var(--control-line)' }}
				wrapperStyle={{ zIndex: 5 }}
				content={(props: TooltipContentProps) => (
					<Reading row={props.active ? (props.payload?.[0]?.payload as ChartRow | undefined) : undefined} runs={runs} data={data} />
				)}
			/>
		</ComposedChart>
	);
}

/** Room for the longest label at a line's end, with its value. */
function labelRoom(runs: readonly ChartRun[]): number {
	return 64 + 6.4 * Math.max(0, ...runs.map(({ label }) => Math.min(26, label.length)));
}

/** What the pointer reads: the step, and every visible run there. */
function Reading({ row, runs, data }: { row: ChartRow | undefined; runs: readonly ChartRun[]; data: ChartData }) {
	if (!row) return null;
	const severalSeeds = new Set(runs.map(({ run }) => run.info.seed)).size > 1;
	return (
		<table className="reading">
			<thead>
				<tr>
					<th scope="col">step {formatCount(row.step)}</th>
					<th scope="col">training</th>
					<th scope="col">validation</th>
				</tr>
			</thead>
			<tbody>
				{runs.map(({ run, style, label }, i) => {
					const value = row.values[i];
					const validation = validationAt(data.validation[i], row.step);
					return (
						<tr key={run.info.id}>
							<th scope="row">
								<Swatch style={style} /> {label}
								{severalSeeds && <span className="muted"> seed {run.info.seed}</span>}
							</th>
							<td>{value === null ? '–' : formatLoss(value)}</td>
							<td>{validation === null ? '–' : formatLoss(validation)}</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
