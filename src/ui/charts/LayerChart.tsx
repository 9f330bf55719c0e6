import { memo } from 'react';
import { methodStyle } from '../style/methodStyle';
import { Swatch } from '../style/Swatch';
import type { LayerLine, LayerRange } from './layerData';

interface Props {
	/** From 0. */
	layer: number;
	lines: LayerLine[];
	range: LayerRange;
	/** A value to read the lines against; null = none. */
	reference: number | null;
	format(value: number): string;
}

/** One layer's lines over steps, on axes that all layers share. */
export const LayerChart = memo(function LayerChart({ layer, lines, range: { bottom, top, end }, reference, format }: Props) {
	const x = (step: number) => ((100 * step) / end).toFixed(2);
	const y = (value: number) => (100 - (96 * (value - bottom)) / (top - bottom)).toFixed(2);
	const path = (line: LayerLine) => line.points.map(({ step, value }, i) => `${i ? 'L' : 'M'}${x(step)},${y(value)}`).join('');
	return (
		<figure className="layer-chart">
			<figcaption>
				<span>layer {layer + 1}</span>
				<span className={`layer-values ${lines.length > 3 ? 'many' : ''}`}>
					{lines.map((line) =>
						line.points.length > 0 ? (
							<span key={line.method} title={line.label}>
								<Swatch style={methodStyle(line.method)} width={10} /> {format(line.points[line.points.length - 1].value)}
							</span>
						) : null,
					)}
				</span>
			</figcaption>
			<div className="layer-plot">
				<span className="label y-top">{format(top)}</span>
				<span className="label y-bottom">{bottom === 0 ? '0' : format(bottom)}</span>
				<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
					{bottom < 0 && top > 0 && <Level y={y(0)} dash="" />}
					{reference !== null && <Level y={y(reference)} dash="4 3" />}
					{lines.map((line) => {
						const style = methodStyle(line.method);
						return (
							<path
								key={line.method}
								d={path(line)}
								fill="none"
								stroke={style.colour}
								strokeWidth={1.75}
								strokeDasharray={style.dash || undefined}
								vectorEffect="non-scaling-stroke"
							/>
						);
					})}
				</svg>
			</div>
		</figure>
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
