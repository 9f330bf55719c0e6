import { memo, useMemo, useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { bySubject, inOrder, measureText, type PageMeasure } from '../measures/measureText';
import { useCursor } from '../shared/cursor';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { formatCount } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { Term, useTip } from '../shared/tip';
import { useSame } from '../shared/useSame';
import { Swatch } from '../theme/Swatch';
import { LayerChart } from './LayerChart';
import { type LayerLine, layerLines, layerMeasures, layerRange } from './layerData';
import { atStepZero } from './stepZero';

const STEP_ZERO = 'Before training: mean of the runs shown, on the sequence of the attention maps.';

interface Props {
	runs: readonly RunView[];
	totalSteps: number;
	/** Tokens in a sequence, on which references depend; null if the runs differ in it. */
	length: number | null;
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
	const reference = length === null ? null : (text.reference?.at(length) ?? null);
	const first = visible.map((run) => run.frames.steps[0]).join();
	// biome-ignore lint/correctness/useExhaustiveDependencies: `changed` and `first` cover everything that is read from `visible`
	const start = useMemo(() => atStepZero(visible, measure ?? ''), [changed, first, measure]);
	const range = useMemo(() => {
		const found = layerRange(layers, text.fromZero, [...(reference === null ? [] : [reference]), ...(start ?? [])]);
		return { ...found, end: Math.min(found.end * 1.02, totalSteps) };
	}, [layers, text, reference, start, totalSteps]);
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
				<span className="spring" />
				<LayerFigure text={text} measure={measure} layers={layers} runs={visible} />
			</div>
			<ScrollRegion className="layer-charts" label={`${text.label} by layer`}>
				{layers.map((lines, layer) => (
					<LayerChart
						// biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
						key={layer}
						measure={measure}
						layer={layer}
						lines={lines}
						range={range}
						reference={reference}
						start={start?.[layer] ?? null}
						format={text.format}
					/>
				))}
			</ScrollRegion>
			<LinesKey lines={layers[0] ?? []} text={text} reference={reference} start={start !== null} />
		</section>
	);
});

interface FigureProps {
	text: PageMeasure;
	measure: string;
	layers: readonly (readonly LayerLine[])[];
	runs: readonly RunView[];
}

function LayerFigure({ text, measure, layers, runs }: FigureProps) {
	const records = async () => (await import('./figureRecords')).layerRecords(layers, measure);
	return <FigureMenu title={`${text.label} by layer`} runs={runs} records={records} />;
}

interface KeyProps {
	lines: readonly LayerLine[];
	text: PageMeasure;
	reference: number | null;
	/** True if step 0 is drawn. */
	start: boolean;
}

/** The caption, and the key to the lines and to the levels that they are compared with. */
function LinesKey({ lines, text, reference, start }: KeyProps) {
	return (
		<>
			<p className="caption">
				{text.label} of each layer over training{text.reference && ', against the dashed reference'}.
			</p>
			<ScrollRegion className="chart-legend layer-legend" label="Lines of the layers">
				<ul>
					{lines.map(({ group, label, style }) => (
						<li key={group} className="line">
							<Swatch style={style} /> {label}
						</li>
					))}
					{text.reference && reference !== null && (
						<li className="label reference">
							╌ {text.reference.text}: {reference === 1 ? '1' : reference.toFixed(3)}
						</li>
					)}
					{start && (
						<li className="label reference">
							<Term text={STEP_ZERO}>┈ step 0</Term>
						</li>
					)}
				</ul>
			</ScrollRegion>
		</>
	);
}

/** The range of the x axis, or the cursor's step. */
function Extent({ end }: { end: number }) {
	const step = useCursor();
	return step === null ? `to step ${formatCount(end)}` : `at step ${formatCount(step)}`;
}
