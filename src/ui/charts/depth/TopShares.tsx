import { useMemo, useState } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { measureText } from '../../measures/measureText';
import { FigureMenu } from '../../shared/figures/FigureMenu';
import { formatShare, list } from '../../shared/format';
import { useSize } from '../../shared/hooks';
import { range } from '../../shared/range';
import { useSame } from '../../shared/useSame';
import { Swatch } from '../../theme/Swatch';
import { layerProfiles, measuredSteps, type Profile, TOP_COUNTS, topMeasure } from './layerProfiles';
import { StepChoice } from './StepChoice';

/** Least width of a chart, and its height, CSS pixels. */
const CHART = { width: 220, height: 170 };

interface Props {
	runs: readonly RunView[];
	/** Tokens in a sequence, on which the reference depends; null if the runs differ in it. */
	length: number | null;
}

/** Share of importance of the most important tokens by layer, one chart for each number of tokens. */
export function TopShares({ runs, length }: Props) {
	const [step, setStep] = useState<number | null>(null);
	const [ref, size] = useSize<HTMLDivElement>();
	const changed = useSame(runs.flatMap(({ info, name, history }) => [info, name, history]));
	// biome-ignore lint/correctness/useExhaustiveDependencies: `changed` covers everything that is read from `runs`
	const charts = useMemo(() => TOP_COUNTS.map((count) => layerProfiles(runs, topMeasure(count), step)), [changed, step]);
	const across = Math.max(1, Math.min(TOP_COUNTS.length, Math.floor(size.width / CHART.width)));
	const [profiles] = charts;
	if (profiles.length === 0)
		return <p className="empty">Lines appear here once a run has measured the shares of its most important tokens.</p>;
	return (
		<>
			<div className="depth-tools">
				<StepChoice steps={measuredSteps(runs, topMeasure(1))} step={step} onStep={setStep} />
				<ul className="depth-key">
					{profiles.map(({ group, label, style }) => (
						<li key={group}>
							<Swatch style={style} /> {label}
						</li>
					))}
					<li className="label">╌ uniform causal attention</li>
				</ul>
				<FigureMenu title="Most important tokens by layer" runs={runs} records={async () => recordsOf(charts)} />
			</div>
			<div ref={ref} className="depth-maps" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
				{size.width > 0 &&
					TOP_COUNTS.map((count, i) => (
						<figure key={count} className="depth-map">
							<figcaption>{count === 1 ? 'most important token' : `${count} most important tokens`}</figcaption>
							<ShareChart profiles={charts[i]} measure={topMeasure(count)} length={length} width={size.width / across - 16} />
						</figure>
					))}
			</div>
			<p className="caption">
				Share of all attention that each layer’s most important tokens receive together, mean over seeds. The nearer a line is to 100 %, the
				more attention is concentrated.
			</p>
		</>
	);
}

/** The shares of each number of tokens. @param charts profiles in the order of `TOP_COUNTS` */
const recordsOf = (charts: readonly (readonly Profile[])[]) =>
	charts.flatMap((profiles, i) =>
		profiles.flatMap(({ label, values }) =>
			values.map((share, layer) => ({ tokens: TOP_COUNTS[i], method: label, layer: layer + 1, share })),
		),
	);

interface ChartProps {
	profiles: readonly Profile[];
	measure: string;
	length: number | null;
	width: number;
}

function ShareChart({ profiles, measure, length, width }: ChartProps) {
	const { label, reference } = measureText(measure);
	const uniform = length === null ? null : (reference?.at(length) ?? null);
	const layers = Math.max(0, ...profiles.map(({ values }) => values.length));
	const rows = range(layers).map((layer) => ({ layer: layer + 1, values: profiles.map(({ values }) => values[layer] ?? null) }));
	const text = profiles.map(({ label, values }) => `${label} ${list(values.map((value) => (value === null ? '–' : formatShare(value))))}`);
	return (
		<div role="img" aria-label={`${label} by layer: ${text.join('; ')}`}>
			<LineChart
				width={width}
				height={CHART.height}
				data={rows}
				margin={{ top: 8, right: 12, bottom: 14, left: 0 }}
				accessibilityLayer={false}
			>
				<CartesianGrid vertical={false} stroke="var(--line)" />
				<XAxis
					dataKey="layer"
					type="number"
					domain={layers > 1 ? [1, layers] : [0, 2]}
					ticks={range(layers).map((layer) => layer + 1)}
					padding={{ left: 10, right: 10 }}
					stroke="var(--muted)"
					tickLine={false}
					height={20}
					label={{ value: 'layer', position: 'insideBottom', offset: -8, fill: 'var(--muted)' }}
				/>
				<YAxis
					domain={[0, 1]}
					ticks={[0, 0.25, 0.5, 0.75, 1]}
					tickFormatter={(share: number) => `${100 * share} %`}
					width={48}
					axisLine={false}
					tickLine={false}
					stroke="var(--muted)"
				/>
				{uniform !== null && <ReferenceLine y={uniform} stroke="var(--muted)" strokeDasharray="4 3" />}
				{profiles.map(({ group, style }, i) => (
					<Line
						key={group}
						dataKey={(row: (typeof rows)[number]) => row.values[i]}
						stroke={style.colour}
						strokeDasharray={style.dash || undefined}
						strokeWidth={1.75}
						dot={{ r: 3, fill: style.colour, strokeDasharray: '' }}
						activeDot={false}
						isAnimationActive={false}
					/>
				))}
			</LineChart>
		</div>
	);
}
