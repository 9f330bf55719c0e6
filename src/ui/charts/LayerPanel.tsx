import { memo, useMemo, useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { bySubject, inOrder, measureText } from '../measures/measureText';
import { formatCount } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { useTip } from '../shared/tip';
import { useSame } from '../shared/useSame';
import { Swatch } from '../theme/Swatch';
import { useCursor } from './cursor';
import { LayerChart } from './LayerChart';
import { layerLines, layerMeasures, layerRange } from './layerData';

interface Props {
	runs: readonly RunView[];
	totalSteps: number;
	/** Tokens in a sequence; references depend on it. */
	length: number;
}

/** A measurement of each layer over steps, as small multiples that share both axes. Renders nothing until something is measured. */
export const LayerPanel = memo(function LayerPanel({ runs, totalSteps, length }: Props) {
	// Runs change with every step, their measurements seldom.
	const visible = runs.filter((run) => run.visible);
	const changed = useSame(visible.flatMap((run) => [run.info, run.name, run.history]));
	const latest = useSame(visible.map((run) => run.metrics));
	const measures = useMemo(() => inOrder(layerMeasures(latest)), [latest]);
	const [chosen, setChosen] = useState<string | null>(null);
	const measure = chosen !== null && measures.includes(chosen) ? chosen : measures[0];
	const text = measureText(measure ?? 'sinkAttention');
	// biome-ignore lint/correctness/useExhaustiveDependencies: `changed` covers everything that the lines read from `visible`
	const layers = useMemo(() => {
		const count = Math.max(0, ...latest.map(({ [measure]: value }) => (Array.isArray(value) ? value.length : 0)));
		return layerLines(visible, measure, count);
	}, [changed, latest, measure]);
	const reference = text.reference?.at(length) ?? null;
	const range = useMemo(() => {
		const found = layerRange(layers, text.fromZero, reference);
		return { ...found, end: Math.min(found.end * 1.02, totalSteps) };
	}, [layers, text, reference, totalSteps]);
	const tip = useTip(text.help, text.formula);
	if (!measure) return null;
	const seeds = new Set(visible.map(({ info }) => info.seed)).size;
	return (
		<section className="panel layers" aria-labelledby="layers-title">
			<div className="panel-head">
				<h2 id="layers-title" {...tip}>
					{measures.length === 1 ? text.label : 'By layer'}
				</h2>
				{measures.length > 1 && (
					<select
						aria-label="Measurement by layer"
						aria-describedby="measure-help"
						value={measure}
						onChange={(event) => setChosen(event.target.value)}
						{...tip}
					>
						{bySubject(measures).map(([subject, names]) => (
							<optgroup key={subject} label={subject}>
								{names.map((name) => (
									<option key={name} value={name}>
										{measureText(name).label}
									</option>
								))}
							</optgroup>
						))}
					</select>
				)}
				<span id="measure-help" className="hidden">
					{text.help} {text.formula}
				</span>
				<span className="label">
					{[text.unit, seeds > 1 ? `mean of ${seeds} seeds` : ''].filter(Boolean).join(', ')}
					{', '}
					<Extent end={range.end} />
				</span>
			</div>
			<ScrollRegion className="layer-charts" label={`${text.label} by layer`}>
				{layers.map((lines, layer) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
					<LayerChart key={layer} layer={layer} lines={lines} range={range} reference={reference} format={text.format} />
				))}
			</ScrollRegion>
			<ScrollRegion className="chart-legend layer-legend" label="Lines of the layers">
				<ul>
					{(layers[0] ?? []).map(({ group, label, style }) => (
						<li key={group} className="line">
							<Swatch style={style} /> {label}
						</li>
					))}
					{text.reference && reference !== null && (
						<li className="label reference">
							╌ {text.reference.text}: {reference === 1 ? '1' : reference.toFixed(3)}
						</li>
					)}
				</ul>
			</ScrollRegion>
		</section>
	);
});

/** The range of the x axis, or the cursor's step. */
function Extent({ end }: { end: number }) {
	const step = useCursor();
	return step === null ? `to step ${formatCount(end)}` : `at step ${formatCount(step)}`;
}
