/**
 * What the sweep's chart draws between Recharts' axes: a faint mark per run, a line with a 95 % interval per method, the frontier,
 * and a ring around the chosen run. Few elements, however many runs there are.
 */
import { createContext, useContext } from 'react';
import { usePlotArea } from 'recharts';
import { markerPath } from '../../theme/marker';
import { linePath, type PlotArea, plotScales, type Scales } from '../scales';
import type { Mark, SweepChartData, SweepLine } from './lines';

export interface SweepDrawn {
	data: SweepChartData;
	/** The chosen run's mark. */
	chosen: Mark | null;
	/** Name of the baseline, drawn at 0; null if the values are not differences. */
	zero: string | null;
	/** True if cells are set against their cost: no line joins them. */
	cost: boolean;
}

export const SweepContext = createContext<SweepDrawn | null>(null);

/** Distance between the marks of two lines at the same place, CSS pixels, so that intervals do not cover one another. */
const APART = 7;

/** Scales of the chart, and the shift of each line's marks. */
export function sweepScales({ xDomain, yDomain, logX }: SweepChartData, area: PlotArea): Scales {
	return plotScales(area, { domain: xDomain, logarithmic: logX }, { domain: yDomain, logarithmic: false });
}

export const shiftOf = (lines: readonly SweepLine[], line: SweepLine): number =>
	(lines.indexOf(line) - (lines.length - 1) / 2) * Math.min(APART, 42 / lines.length);

export function SweepLayers() {
	const drawn = useContext(SweepContext);
	const area = usePlotArea();
	if (!drawn || !area) return null;
	const { data, chosen, zero, cost } = drawn;
	const scales = sweepScales(data, area);
	const { lines, ordered, limits } = data;
	return (
		<g>
			<clipPath id="sweep-area">
				<rect x={area.x} y={area.y} width={area.width} height={area.height} />
			</clipPath>
			{zero !== null && lines.length > 0 && <ZeroLine scales={scales} label={zero} />}
			<g clipPath="url(#sweep-area)">
				{lines.map((line) => (
					<RunMarks key={line.key} line={line} scales={scales} shift={cost ? 0 : shiftOf(lines, line)} />
				))}
				{cost && <Frontier data={data} scales={scales} />}
				{lines.map((line) => (
					<Means
						key={line.key}
						line={line}
						scales={scales}
						shift={cost ? 0 : shiftOf(lines, line)}
						joined={!cost && ordered}
						limits={limits}
					/>
				))}
			</g>
			{chosen && <Chosen mark={chosen} scales={scales} shift={cost ? 0 : shiftOf(lines, chosen.line)} />}
		</g>
	);
}

interface LayerProps {
	line: SweepLine;
	scales: Scales;
	shift: number;
}

/** One faint mark per run. */
function RunMarks({ line, scales: { x, y }, shift }: LayerProps) {
	const outline = line.values.flatMap((values) =>
		values.runs.map((value) => markerPath(line.style.marker, 2.6, x(values.x) + shift, y(value.y))),
	);
	return <path className="sweep-runs" d={outline.join('')} stroke={line.style.colour} fill={line.style.colour} />;
}

/** The means with their intervals; a line joins those of a method. */
function Means({ line, scales, shift, joined, limits }: LayerProps & { joined: boolean } & Pick<SweepChartData, 'limits'>) {
	const { x, y } = scales;
	const { colour, marker, dash } = line.style;
	const shifted = { ...scales, x: (value: number) => x(value) + shift };
	const whiskers = line.values.flatMap(({ x: place, mean, half }) => {
		if (half === null) return [];
		const at = shifted.x(place);
		return [
			whiskerEnd(at, y, mean + half, limits, 1),
			`M${at.toFixed(1)},${cut(y, mean + half, limits)}V${cut(y, mean - half, limits)}`,
			whiskerEnd(at, y, mean - half, limits, -1),
		];
	});
	const xs = line.values.map((values) => values.x);
	const ys = line.values.map(({ mean }) => mean);
	const outline = line.values.map((values) => markerPath(marker, 4, shifted.x(values.x), y(values.mean)));
	return (
		<g className="recharts-layer recharts-line" stroke={colour} fill="none">
			{joined && xs.length > 1 && (
				<path
					className="recharts-curve recharts-line-curve"
					d={linePath(xs, ys, shifted)}
					strokeWidth={1.75}
					strokeDasharray={dash || undefined}
				/>
			)}
			<path className="sweep-intervals" d={whiskers.join('')} strokeWidth={1.5} />
			<path d={outline.join('')} fill={colour} strokeWidth={1.5} />
		</g>
	);
}

/** An interval's end inside the values that are possible. */
const cut = (y: Scales['y'], value: number, [low, high]: SweepChartData['limits']): string =>
	y(Math.min(high, Math.max(low, value))).toFixed(1);

/** The end of an interval: a bar, or an arrow if it is cut at the largest (1) or smallest (−1) value that is possible. */
function whiskerEnd(at: number, y: Scales['y'], value: number, limits: SweepChartData['limits'], towards: 1 | -1): string {
	const [low, high] = limits;
	const end = `${at.toFixed(1)},${cut(y, value, limits)}`;
	return value < low || value > high ? `M${end}m-4,${4 * towards}l4,${-4 * towards}l4,${4 * towards}` : `M${end}m-3,0h6`;
}

/** The least loss for each cost: a stair through the cells that no other beats. */
function Frontier({ data: { frontier }, scales: { area, x, y } }: { data: SweepChartData; scales: Scales }) {
	if (frontier.length === 0) return null;
	const [first, ...others] = frontier;
	const stair = others.map((values) => `H${x(values.x).toFixed(1)}V${y(values.mean).toFixed(1)}`).join('');
	return (
		<path
			className="sweep-frontier"
			d={`M${x(first.x).toFixed(1)},${y(first.mean).toFixed(1)}${stair}H${area.x + area.width}`}
			fill="none"
			stroke="var(--muted)"
			strokeDasharray="4 3"
		/>
	);
}

/** The baseline, drawn at 0. */
function ZeroLine({ scales: { area, y }, label }: { scales: Scales; label: string }) {
	const height = y(0);
	return (
		<>
			<path d={`M${area.x},${height}h${area.width}`} stroke="var(--control-line)" strokeDasharray="4 3" />
			<text x={area.x + 6} y={height > area.y + 20 ? height - 5 : height + 14}>
				{label}
			</text>
		</>
	);
}

function Chosen({ mark, scales: { x, y }, shift }: { mark: Mark; scales: Scales; shift: number }) {
	return <circle cx={x(mark.x) + shift} cy={y(mark.y)} r={7} fill="none" stroke="var(--ink)" strokeWidth={1.5} />;
}
