import { attentionColour } from '../../theme/attentionScale';
import { markerPath } from '../../theme/marker';
import { Swatch } from '../../theme/Swatch';
import type { Figure } from './figure';
import type { LineFigure } from './lineFigures';
import { type MapFigure, SHADES } from './mapFigure';

/** A figure with its key and caption. */
export function FigureView({ figure }: { figure: Figure }) {
	return (
		<figure className="question-figure">
			{figure.kind === 'maps' ? <Maps figure={figure} /> : <Lines figure={figure} />}
			<figcaption className="label">{figure.caption}.</figcaption>
		</figure>
	);
}

/** Size of the plot, and its margins, in the units of the SVG. */
const [WIDTH, HEIGHT] = [300, 112];
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 8, 8, 18];

function Lines({ figure }: { figure: LineFigure }) {
	const { lines, reference, yDomain, format, ticks, joined } = figure;
	const xs = [...lines.flatMap((line) => line.xs), ...ticks.map((tick) => tick.x)];
	const [first, last] = [Math.min(...xs), Math.max(...xs)];
	// Marks at the ends need room.
	const inset = ticks.length > 0 ? 14 : 0;
	const span = WIDTH - LEFT - RIGHT - 2 * inset;
	const x = (value: number) => round(last > first ? LEFT + inset + (span * (value - first)) / (last - first) : LEFT + inset + span / 2);
	const y = (value: number) => round(TOP + ((yDomain[1] - value) / (yDomain[1] - yDomain[0])) * (HEIGHT - TOP - BOTTOM));
	const path = (values: readonly number[], at: readonly number[]) =>
		values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(at[i])},${y(value)}`).join('');
	const shown = everyNth(ticks);
	return (
		<>
			<svg className="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={figure.caption}>
				<line className="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
				{reference !== null && <line className="reference" x1={LEFT} x2={WIDTH - RIGHT} y1={y(reference)} y2={y(reference)} />}
				{yTicks(figure).map((value) => (
					<text key={value} className="tick" x={LEFT - 5} y={y(value) + 3.5} textAnchor="end">
						{signedIf(reference === 0, value, format)}
					</text>
				))}
				{shown.map((tick) => (
					<text key={tick.x} className="tick" x={x(tick.x)} y={HEIGHT - 5} textAnchor="middle">
						{tick.label}
					</text>
				))}
				<svg
					aria-hidden="true"
					x={LEFT}
					y={TOP}
					width={WIDTH - LEFT - RIGHT}
					height={HEIGHT - TOP - BOTTOM}
					viewBox={`${LEFT} ${TOP} ${WIDTH - LEFT - RIGHT} ${HEIGHT - TOP - BOTTOM}`}
				>
					{lines.map(({ label, style, xs, ys, low, high }, i) => (
						<g
							key={label}
							stroke={style.colour}
							fill="none"
							transform={joined ? undefined : `translate(${APART * (i - (lines.length - 1) / 2)} 0)`}
						>
							{ticks.length === 0 && xs.length > 1 && (
								<path
									d={`${path(high, xs)}${path(low.toReversed(), xs.toReversed()).replace('M', 'L')}Z`}
									fill={style.colour}
									stroke="none"
									opacity={0.14}
								/>
							)}
							{joined && <path d={path(ys, xs)} strokeWidth={1.75} strokeDasharray={style.dash || undefined} />}
							{ticks.length > 0 && xs.map((at, i) => <path key={at} d={`M${x(at)},${y(low[i])}V${y(high[i])}`} opacity={0.6} />)}
							{ticks.length > 0 &&
								xs.map((at, i) => <path key={at} d={markerPath(style.marker, 3, x(at), y(ys[i]))} fill={style.colour} />)}
						</g>
					))}
				</svg>
			</svg>
			<ul className="figure-key label">
				{lines.map(({ label, style }) => (
					<li key={label}>
						<Swatch style={style} width={20} /> {label}
					</li>
				))}
			</ul>
		</>
	);
}

/** Distance between the marks of lines that nothing joins. */
const APART = 8;

const round = (value: number) => Math.round(10 * value) / 10;

/** The ends of what is drawn, and the reference if it is not close to one of them. */
function yTicks({ yDomain: [low, high], reference }: LineFigure): number[] {
	const room = 0.06 * (high - low);
	const ends = [low + room, high - room];
	if (reference === null) return ends;
	return [reference, ...ends.filter((end) => Math.abs(end - reference) > 0.18 * (high - low))];
}

const signedIf = (signed: boolean, value: number, format: (value: number) => string) =>
	signed && value !== 0 ? `${value < 0 ? '−' : '+'}${format(Math.abs(value))}` : signed ? '0' : format(value);

/** Most names that fit below the plot. */
const MOST_TICKS = 6;
const everyNth = (ticks: LineFigure['ticks']) => ticks.filter((_, i) => i % Math.ceil(ticks.length / MOST_TICKS) === 0);

/** The colour of a shade in both themes. */
const shadeColour = (shade: number) => {
	const [light, dark] = (['light', 'dark'] as const).map((theme) => `rgb(${attentionColour(shade / SHADES, theme).join(' ')})`);
	return `light-dark(${light}, ${dark})`;
};
const SHADE_COLOURS = Array.from({ length: SHADES }, (_, i) => shadeColour(i + 1));

function Maps({ figure: { maps, side } }: { figure: MapFigure }) {
	return (
		<div className="map-pair">
			{maps.map(({ label, paths }) => (
				<div key={label}>
					<svg viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges" role="img" aria-label={`Attention map of ${label}`}>
						<path className="triangle" d={`M0,0V${side}H${side}Z`} />
						{paths.map((d, i) => d && <path key={SHADE_COLOURS[i]} d={d} style={{ fill: SHADE_COLOURS[i] }} />)}
					</svg>
					<span className="label">{label}</span>
				</div>
			))}
		</div>
	);
}
