/**
 * Everything that the chart draws between Recharts' axes. The lines are passed through a context, so that ten redraws per second
 * render only these layers, and Recharts itself only when an axis moves. A line is few elements, however many points it has.
 */
import { createContext, useContext } from 'react';
import { markerPath } from '../theme/marker';
import type { ChartData } from './chartData';
import { EndLabels } from './EndLabels';
import type { Line } from './lines';
import { bandPath, linePath, type PlotArea, plotScales, type Scales } from './scales';

export interface Drawn {
	data: ChartData;
	format(value: number): string;
	/** The group that differences are from, drawn at 0; null if the values are not differences. */
	zero: string | null;
	/**
	 * The plot that goes with `data`. Recharts moves its own a few frames after the labels have changed, and a longer label would
	 * be cut off meanwhile.
	 */
	area: PlotArea;
}

export const DrawnContext = createContext<Drawn | null>(null);

export function scalesOf({ xDomain, yDomain, logX, logY }: ChartData, area: PlotArea): Scales {
	return plotScales(area, { domain: xDomain, logarithmic: logX }, { domain: yDomain, logarithmic: logY });
}

/** Everything that changes with each step. */
export function LineLayers({ labelled }: { labelled: boolean }) {
	const drawn = useContext(DrawnContext);
	if (!drawn) return null;
	const { data, format, zero, area } = drawn;
	const scales = scalesOf(data, area);
	return (
		<g>
			<clipPath id="plot-area">
				<rect x={area.x} y={area.y} width={area.width} height={area.height} />
			</clipPath>
			<g clipPath="url(#plot-area)">
				{zero !== null && data.lines.length > 0 && <LevelLine scales={scales} at={0} label={zero} />}
				{data.optimum !== null && <LevelLine scales={scales} at={data.optimum} label={`optimum ${format(data.optimum)}`} />}
				{data.lines.map((line) => (
					<Behind key={line.key} line={line} scales={scales} />
				))}
				{data.lines.map((line) => (
					<Main key={line.key} line={line} scales={scales} />
				))}
			</g>
			{data.lines.map((line) => (
				<Marks key={line.key} line={line} scales={scales} />
			))}
			{labelled && <EndLabels lines={data.lines} scales={scales} format={format} />}
		</g>
	);
}

interface LayerProps {
	line: Line;
	scales: Scales;
}

/** A level to compare with, such as the baseline at 0, with its name. */
function LevelLine({ scales: { area, y }, at, label }: { scales: Scales; at: number; label: string }) {
	const height = y(at);
	const above = height > area.y + 20;
	return (
		<>
			<path d={`M${area.x},${height}h${area.width}`} stroke="var(--control-line)" strokeDasharray="4 3" />
			<text x={area.x + 6} y={height + (above ? -5 : 14)}>
				{label}
			</text>
		</>
	);
}

/** The range over seeds, the unsmoothed values, and seeds that are drawn alone. */
function Behind({ line: { band, raw, tails, style }, scales }: LayerProps) {
	return (
		<g stroke={style.colour} fill="none">
			{band && <path className="seed-band" d={bandPath(band.xs, band.low, band.high, scales)} stroke="none" fill={style.colour} />}
			{raw && <path className="raw-line" d={linePath(raw.xs, raw.ys, scales)} />}
			{tails.length > 0 && <path className="seed-tail" d={tails.map(({ xs, ys }) => linePath(xs, ys, scales)).join('')} />}
		</g>
	);
}

/** The line itself, under the class names that Recharts gives its own. */
function Main({ line: { main, style }, scales }: LayerProps) {
	return (
		<g className="recharts-layer recharts-line">
			<path
				className="recharts-curve recharts-line-curve"
				d={linePath(main.xs, main.ys, scales)}
				fill="none"
				stroke={style.colour}
				strokeWidth={1.75}
				strokeDasharray={style.dash || undefined}
			/>
		</g>
	);
}

/** Validation losses as hollow markers, a cross at the step whose loss was NaN, and on the line at 0 each seed's critical point. */
function Marks({ line: { markers, stopped, crossings, style }, scales }: LayerProps) {
	const { area, x, y } = scales;
	const inside = (at: number) => at >= area.x - 0.5 && at <= area.x + area.width + 0.5;
	const outline = markers.xs
		.map((place, i) => [x(place), y(markers.ys[i])])
		.filter(([left]) => inside(left))
		.map(([left, top]) => markerPath(style.marker, 3.2, left, top));
	return (
		<>
			{outline.length > 0 && <path className="validation-markers" d={outline.join('')} stroke={style.colour} />}
			{crossings
				.filter(({ x: at }) => inside(x(at)))
				.map(({ x: at, text }) => (
					<g key={text} className="crossing" transform={`translate(${x(at)} ${y(0)})`} stroke={style.colour}>
						<path d="M0,-9V9" strokeWidth={1.5} />
						<path d={markerPath(style.marker, 4)} fill={style.colour} />
						<title>{text}</title>
					</g>
				))}
			{stopped
				.filter((mark) => inside(x(mark.x)))
				.map((mark) => (
					<g key={mark.text} className="stopped" transform={`translate(${x(mark.x)} ${Math.max(area.y + 6, y(mark.y))})`}>
						<path d="M-4,-4L4,4M-4,4L4,-4" stroke={style.colour} strokeWidth={2} />
						<title>{mark.text}</title>
					</g>
				))}
		</>
	);
}
