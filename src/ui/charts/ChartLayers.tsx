/** What the loss chart draws between Recharts' axes: raw lines, validation markers, labels at the lines' ends. */
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import type { Points } from '../../session/client/decimate';
import { mean } from '../../session/client/statistics';
import { formatLoss } from '../format';
import { markerPath } from '../style/runStyle';
import { type ChartData, type ChartRun, spreadLabels } from './chartData';

type Scale = (value: number) => number;

function useScales(): { x: Scale; y: Scale; area: { x: number; y: number; width: number; height: number } } | null {
	const x = useXAxisScale();
	const y = useYAxisScale();
	const area = usePlotArea();
	if (!x || !y || !area) return null;
	return { x: (value) => x(value) ?? Number.NaN, y: (value) => y(value) ?? Number.NaN, area };
}

function pathOf({ steps, values }: Points, x: Scale, y: Scale): string {
	let path = '';
	for (let i = 0; i < steps.length; i++) path += `${i ? 'L' : 'M'}${x(steps[i]).toFixed(1)},${y(values[i]).toFixed(1)}`;
	return path;
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

/** Unsmoothed losses: faint behind smoothed ones, or at full strength when smoothing is off. */
export function RawLines({ runs, data, faint }: { runs: readonly ChartRun[]; data: ChartData; faint: boolean }) {
	const scales = useScales();
	if (!scales) return null;
	const { x, y, area } = scales;
	return (
		<g className="raw-lines">
			<clipPath id="plot-area">
				<rect x={area.x} y={area.y} width={area.width} height={area.height} />
			</clipPath>
			<g clipPath="url(#plot-area)" fill="none" strokeWidth={1} opacity={faint ? 0.35 : 1}>
				{runs.map(({ run, style }, i) => (
					<path
						key={run.info.id}
						d={pathOf(data.raw[i], x, y)}
						stroke={style.colour}
						strokeDasharray={faint ? undefined : style.dash || undefined}
					/>
				))}
			</g>
		</g>
	);
}

/** Validation losses as the method's marker, hollow, at the step where they were measured. */
export function ValidationMarkers({ runs, data }: { runs: readonly ChartRun[]; data: ChartData }) {
	const scales = useScales();
	if (!scales) return null;
	return (
		<g className="validation-markers" strokeWidth={1.5} fill="var(--panel)">
			{runs.map(({ run, style }, i) => {
				const { steps, values } = data.validation[i];
				const every = Math.ceil(steps.length / 40);
				return steps.map((step, j) =>
					j % every === 0 || j === steps.length - 1 ? (
						<path
							key={`${run.info.id} ${step}`}
							d={markerPath(style.marker, 3.2)}
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
export function DivergedMarks({ runs, data }: { runs: readonly ChartRun[]; data: ChartData }) {
	const scales = useScales();
	if (!scales) return null;
	return (
		<g>
			{runs.map(({ run, style }, i) => {
				const end = data.raw[i].steps.length - 1;
				if (run.divergedAt === null || end < 0) return null;
				const y = Math.max(scales.area.y + 6, scales.y(data.raw[i].values[end]));
				return (
					<g key={run.info.id} transform={`translate(${scales.x(run.divergedAt)} ${y})`}>
						<path d="M-4,-4L4,4M-4,4L4,-4" stroke={style.colour} strokeWidth={2} />
						<title>{`${run.info.label}, seed ${run.info.seed}: no number at step ${run.divergedAt}`}</title>
					</g>
				);
			})}
		</g>
	);
}

/** One label a method at the end of its lines: marker, name and the last value (mean over its seeds). */
export function EndLabels({ runs, data }: { runs: readonly ChartRun[]; data: ChartData }) {
	const scales = useScales();
	if (!scales) return null;
	const methods = new Map<string, { chartRun: ChartRun; values: number[] }>();
	runs.forEach((chartRun, i) => {
		const value = data.last[i];
		if (value === null) return;
		const entry = methods.get(chartRun.run.info.method) ?? { chartRun, values: [] };
		entry.values.push(value);
		methods.set(chartRun.run.info.method, entry);
	});
	const { area } = scales;
	const going = new Set(runs.filter(({ run }) => run.divergedAt === null).map(({ run }) => run.info.method));
	const labels = [...methods.values()].map(({ chartRun, values }) => ({
		...chartRun,
		value: mean(values),
		stopped: !going.has(chartRun.run.info.method),
	}));
	const heights = spreadLabels(
		labels.map(({ value }) => scales.y(value)),
		15,
		area.y + 4,
		area.y + area.height - 4,
	);
	return (
		<g className="end-labels">
			{labels.map(({ run, style, label, value, stopped }, i) => (
				<g key={run.info.method} transform={`translate(${area.x + area.width + 10} ${heights[i].toFixed(1)})`}>
					<path d={markerPath(style.marker, 3.5)} fill={style.colour} stroke={style.colour} strokeWidth={1.5} />
					<text x={9} dy="0.35em">
						{label} {stopped ? 'stopped' : formatLoss(value)}
					</text>
				</g>
			))}
		</g>
	);
}
