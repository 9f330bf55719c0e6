import { memo } from 'react';
import { modesText } from '../measures/modes';
import { useCursor, useCursorStore } from '../shared/cursor';
import { Swatch } from '../theme/Swatch';
import { type LayerLine, type LayerRange, layerModes, layerValue } from './layerData';

interface Props {
	measure: string;
	/** From 0. */
	layer: number;
	lines: LayerLine[];
	range: LayerRange;
	/** A reference value, drawn as a dashed line; null = none. */
	reference: number | null;
	/** The value before training, drawn as a dotted line; null = none. */
	start: number | null;
	format(value: number): string;
}

/** One layer's lines over steps, on axes that all layers share. It shares its cursor with the other charts. */
export const LayerChart = memo(function LayerChart({ measure, layer, lines, range, reference, start, format }: Props) {
	const cursor = useCursorStore();
	const { bottom, top, end } = range;
	const point = (event: React.PointerEvent) => {
		const { left, width } = event.currentTarget.getBoundingClientRect();
		cursor.set(Math.round(Math.min(1, Math.max(0, (event.clientX - left) / width)) * end));
	};
	return (
		<figure className="layer-chart">
			<Values layer={layer} lines={lines} format={format} />
			<Counts measure={measure} lines={lines} format={format} />
			<div
				className="layer-plot"
				onPointerMove={point}
				onPointerDown={point}
				onPointerLeave={(event) => event.pointerType !== 'touch' && cursor.set(null)}
			>
				<span className="label y-top">{format(top)}</span>
				<span className="label y-bottom">{bottom === 0 ? '0' : format(bottom)}</span>
				<LayerLines lines={lines} range={range} reference={reference} start={start} />
				<CursorLine end={end} />
			</div>
		</figure>
	);
});

/** With more values than this, only their range is shown next to the layer's name. */
const MANY = 5;

/** The layer's values at the cursor, or the last ones; of many lines, the smallest and the largest. */
function Values({ layer, lines, format }: Pick<Props, 'layer' | 'lines' | 'format'>) {
	const step = useCursor();
	const values = lines.map((line) => layerValue(line, step));
	return (
		<figcaption>
			<span>layer {layer + 1}</span>
			{lines.length > MANY ? (
				<span>{rangeText(values, format)}</span>
			) : (
				<span className="layer-values">
					{lines.map(({ group, label, style, steps }, i) => {
						const value = values[i];
						return steps.length > 0 ? (
							<span key={group} title={label}>
								<Swatch style={style} width={10} /> {value === null ? '–' : format(value)}
							</span>
						) : null;
					})}
				</span>
			)}
		</figcaption>
	);
}

/** Counts of seeds, for lines whose seeds fall into two camps: their mean is that of no seed. */
function Counts({ measure, lines, format }: Pick<Props, 'measure' | 'lines' | 'format'>) {
	const step = useCursor();
	return lines.map((line) => {
		const modes = layerModes(line, measure, step);
		return (
			modes && (
				<span key={line.group} className="layer-count muted">
					<Swatch style={line.style} width={10} /> <span className="hidden">{line.label}: </span>
					{modesText(modes, format)}
				</span>
			)
		);
	});
}

function rangeText(values: readonly (number | null)[], format: (value: number) => string): string {
	const there = values.filter((value) => value !== null);
	return there.length > 0 ? `${format(Math.min(...there))} to ${format(Math.max(...there))}` : '–';
}

const LayerLines = memo(function LayerLines({
	lines,
	range: { bottom, top, end },
	reference,
	start,
}: Pick<Props, 'lines' | 'range' | 'reference' | 'start'>) {
	const x = (step: number) => ((100 * step) / end).toFixed(2);
	const y = (value: number) => (100 - (96 * (value - bottom)) / (top - bottom)).toFixed(2);
	return (
		<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
			{bottom < 0 && top > 0 && <Level y={y(0)} dash="" />}
			{reference !== null && <Level y={y(reference)} dash="4 3" />}
			{start !== null && <Level y={y(start)} dash="1 3" />}
			{lines.map(({ group, style, steps, values }) => (
				<path
					key={group}
					d={steps.map((step, i) => `${i ? 'L' : 'M'}${x(step)},${y(values[i])}`).join('')}
					fill="none"
					stroke={style.colour}
					strokeWidth={1.75}
					strokeDasharray={style.dash || undefined}
					vectorEffect="non-scaling-stroke"
				/>
			))}
		</svg>
	);
});

function Level({ y, dash }: { y: string; dash: string }) {
	return (
		<path
			d={`M0,${y}H100`}
			stroke={dash ? 'var(--muted)' : 'var(--line)'}
			strokeDasharray={dash || undefined}
			vectorEffect="non-scaling-stroke"
		/>
	);
}

function CursorLine({ end }: { end: number }) {
	const step = useCursor();
	return step === null || step > end ? null : <div className="cursor-line" style={{ left: `${(100 * step) / end}%` }} />;
}
