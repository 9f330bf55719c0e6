/**
 * What the loss chart draws between Recharts' axes. The runs come through a context: at ten redraws a second only
 * these layers are drawn again, and Recharts itself when an axis moves.
 */
import { createContext, useContext } from 'react';
import { usePlotArea } from 'recharts';
import { mean } from '../../session/client/statistics';
import { formatLoss } from '../format';
import { markerPath } from '../style/runStyle';
import { type ChartData, type ChartRun, spreadLabels } from './chartData';
import { linePath, plotScales, type Scales } from './scales';

export interface Drawn {
	runs: readonly ChartRun[];
	data: ChartData;
	logSteps: boolean;
	smoothed: boolean;
	/** Step under the pointer. */
	hover: number | null;
}

export const DrawnContext = createContext<Drawn | null>(null);

function useDrawn(): (Drawn & { scales: Scales }) | null {
	const drawn = useContext(DrawnContext);
	const area = usePlotArea();
	if (!drawn || !area) return null;
	return { ...drawn, scales: plotScales(area, drawn.data.xDomain, drawn.data.yDomain, drawn.logSteps) };
}

/** The axes' names and units: y's above its numbers, x's below its own. */
export function AxisTitles({ x, y }: { x: string; y: string }) {
	const area = usePlotArea();
	if (!area) return null;
	return (
		<g className="axis-titles">
			<text x={8} y={12}>
				{y}
			</text>
			<text x={area.x + area.width / 2} y={area.y + area.height + 34} textAnchor="middle">
				{x}
			</text>
		</g>
	);
}

/** Everything that changes with each step. */
export function RunLayers({ labelled }: { labelled: boolean }) {
	const drawn = useDrawn();
	if (!drawn) return null;
	const { area } = drawn.scales;
	return (
		<g>
			<clipPath id="plot-area">
				<rect x={area.x} y={area.y} width={area.width} height={area.height} />
			</clipPath>
			<RawLines {...drawn} />
			{drawn.smoothed && <SmoothedLines {...drawn} />}
			<ValidationMarkers {...drawn} />
			<DivergedMarks {...drawn} />
			{labelled && <EndLabels {...drawn} />}
			{drawn.hover !== null && (
				<path d={`M${drawn.scales.x(drawn.hover).toFixed(1)},${area.y}V${area.y + area.height}`} stroke="var(--control-line)" />
			)}
		</g>
	);
}

type LayerProps = Drawn & { scales: Scales };

/** Unsmoothed losses: faint behind smoothed ones, or at full strength when smoothing is off. */
function RawLines({ runs, data, smoothed, scales }: LayerProps) {
	return (
		<g className="raw-lines" clipPath="url(#plot-area)" fill="none" strokeWidth={1} opacity={smoothed ? 0.35 : 1}>
			{runs.map(({ run, style }, i) => (
				<path
					key={run.info.id}
					d={linePath(data.raw[i].steps, data.raw[i].values, scales)}
					stroke={style.colour}
					strokeDasharray={smoothed ? undefined : style.dash || undefined}
				/>
			))}
		</g>
	);
}

/** The lines themselves, under the class names that Recharts gives its own. */
function SmoothedLines({ runs, data, scales }: LayerProps) {
	return runs.map(({ run, style }, i) => (
		<g key={run.info.id} className="recharts-layer recharts-line" clipPath="url(#plot-area)">
			<path
				className="recharts-curve recharts-line-curve"
				d={linePath(data.smoothed[i].steps, data.smoothed[i].values, scales)}
				fill="none"
				stroke={style.colour}
				strokeWidth={1.75}
				strokeDasharray={style.dash || undefined}
			/>
		</g>
	));
}

/** Validation losses as the method's marker, hollow, at the step where they were measured. */
function ValidationMarkers({ runs, data, scales }: LayerProps) {
	return (
		<g className="validation-markers" strokeWidth={1.5} fill="var(--panel)">
			{runs.map(({ run, style }, i) => {
				const { steps, values } = data.validation[i];
				const every = Math.ceil(steps.length / (runs.length > 12 ? 12 : 24));
				const marker = markerPath(style.marker, 3.2);
				return steps.map((step, j) =>
					j % every === 0 || j === steps.length - 1 ? (
						<path
							key={`${run.info.id} ${step}`}
							d={marker}
							stroke={style.colour}
							transform={`translate(${scales.x(step).toFixed(1)} ${scales.y(values[j]).toFixed(1)})`}
						/>
					) : null,
				);
			})}
		</g>
	);
}

/** Where a run stopped because its loss was no number. */
function DivergedMarks({ runs, data, scales }: LayerProps) {
	return runs.map(({ run, style }, i) => {
		const { steps, values } = data.raw[i];
		if (run.divergedAt === null || steps.length === 0) return null;
		const y = Math.max(scales.area.y + 6, scales.y(values[values.length - 1]));
		return (
			<g key={run.info.id} transform={`translate(${scales.x(Math.max(data.xDomain[0], run.divergedAt))} ${y})`}>
				<path d="M-4,-4L4,4M-4,4L4,-4" stroke={style.colour} strokeWidth={2} />
				<title>{`${run.info.label}, seed ${run.info.seed}: no number at step ${run.divergedAt}`}</title>
			</g>
		);
	});
}

/** A label that leaves room for the lines: its end is cut where it is very long. */
export function shortLabel(label: string): string {
	return label.length > 26 ? `${label.slice(0, 25)}…` : label;
}

/** One label a method at the end of its lines: marker, name and the last value (mean over its seeds). */
function EndLabels({ runs, data, scales }: LayerProps) {
	const methods = new Map<string, { chartRun: ChartRun; values: number[]; going: boolean }>();
	runs.forEach((chartRun, i) => {
		const value = data.last[i];
		if (value === null) return;
		const { info, divergedAt } = chartRun.run;
		const entry = methods.get(info.method) ?? { chartRun, values: [], going: false };
		entry.values.push(value);
		entry.going ||= divergedAt === null;
		methods.set(info.method, entry);
	});
	const { area } = scales;
	const labels = [...methods.values()].map(({ chartRun, values, going }) => ({ ...chartRun, value: mean(values), going }));
	const heights = spreadLabels(
		labels.map(({ value }) => scales.y(value)),
		15,
		area.y + 4,
		area.y + area.height - 4,
	);
	return (
		<g className="end-labels">
			{labels.map(({ run, style, label, value, going }, i) => (
				<g key={run.info.method} transform={`translate(${area.x + area.width + 12} ${heights[i].toFixed(1)})`}>
					<path d={markerPath(style.marker, 3.5)} fill={style.colour} stroke={style.colour} strokeWidth={1.5} />
					<text x={9} dy="0.35em">
						{shortLabel(label)} {going ? formatLoss(value) : 'stopped'}
					</text>
				</g>
			))}
		</g>
	);
}
