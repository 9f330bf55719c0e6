import { memo, useMemo, useState } from 'react';
import type { RunView } from '../../session/client/snapshot';
import { measureWords } from '../answer/measures';
import { ScrollRegion } from '../ScrollRegion';
import { methodStyle } from '../style/methodStyle';
import { Swatch } from '../style/Swatch';
import { useTip } from '../tip';
import { type LayerLine, layerLines, layerMeasures } from './layerData';
import { useSame } from './useSame';

/** A measurement of each layer over steps, as small multiples that share both axes. Nothing while nothing is measured. */
export const LayerPanel = memo(function LayerPanel({ runs, totalSteps }: { runs: readonly RunView[]; totalSteps: number }) {
	// Runs change with every step, what was measured of them seldom.
	const infos = useSame(runs.map((run) => run.info));
	const latest = useSame(runs.map((run) => run.metrics));
	const histories = useSame(runs.map((run) => run.history));
	const measures = useMemo(() => layerMeasures(latest), [latest]);
	const [chosen, setChosen] = useState<string | null>(null);
	const measure = chosen !== null && measures.includes(chosen) ? chosen : measures[0];
	const words = measureWords(measure ?? 'sinkAttention');
	const layers = useMemo(() => {
		const count = Math.max(0, ...latest.map(({ [measure]: value }) => (Array.isArray(value) ? value.length : 0)));
		return Array.from({ length: count }, (_, layer) => layerLines(infos, histories, measure, layer));
	}, [infos, latest, histories, measure]);
	const tip = useTip(words.help);
	if (!measure) return null;
	let top = 1e-6;
	let end = 1;
	for (const { points } of layers.flat()) {
		for (const { step, value } of points) {
			top = Math.max(top, value);
			end = Math.max(end, step);
		}
	}
	const methods = new Map(infos.map(({ method, label }) => [method, label]));
	const seeds = new Set(infos.map(({ seed }) => seed)).size;
	return (
		<section className="panel layers" aria-labelledby="layers-title">
			<div className="panel-head">
				<h2 id="layers-title" {...tip}>
					{measures.length === 1 ? words.label : 'By layer'}
				</h2>
				{measures.length > 1 && (
					<select aria-label="Measurement by layer" value={measure} onChange={(event) => setChosen(event.target.value)}>
						{measures.map((name) => (
							<option key={name} value={name}>
								{measureWords(name).label}
							</option>
						))}
					</select>
				)}
				<span className="label">{seeds > 1 ? `mean of ${seeds} seeds` : words.unit}</span>
			</div>
			<ScrollRegion className="layer-charts" label={`${words.label} by layer`}>
				{layers.map((lines, layer) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
					<LayerChart key={layer} layer={layer} lines={lines} top={top} end={Math.min(end * 1.02, totalSteps)} format={words.format} />
				))}
			</ScrollRegion>
			<ul className="chart-legend">
				{[...methods].map(([method, label]) => (
					<li key={method}>
						<Swatch style={methodStyle(method)} /> {label}
					</li>
				))}
				<li className="label">x: steps, to {Math.round(end)}</li>
			</ul>
		</section>
	);
});

interface ChartProps {
	layer: number;
	lines: LayerLine[];
	top: number;
	end: number;
	format(value: number): string;
}

const LayerChart = memo(function LayerChart({ layer, lines, top, end, format }: ChartProps) {
	const path = (line: LayerLine) =>
		line.points
			.map(({ step, value }, i) => `${i ? 'L' : 'M'}${((100 * step) / end).toFixed(2)},${(100 - (96 * value) / top).toFixed(2)}`)
			.join('');
	return (
		<figure className="layer-chart">
			<figcaption>
				<span>layer {layer + 1}</span>
				<span className="layer-values">
					{lines.map((line) =>
						line.points.length > 0 ? (
							<span key={line.method} title={line.label}>
								<Swatch style={methodStyle(line.method)} width={14} /> {format(line.points[line.points.length - 1].value)}
							</span>
						) : null,
					)}
				</span>
			</figcaption>
			<div className="layer-plot">
				<span className="label y-top">{format(top)}</span>
				<span className="label y-bottom">0</span>
				<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
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
