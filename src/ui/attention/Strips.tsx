import { memo } from 'react';
import { POSITION_MEASURES, type PositionMeasure } from '../measures/positionMeasures';
import { formatProbability, formatThreeDigits } from '../shared/format';
import { useTip } from '../shared/tip';
import type { View } from './place';
import { barsPath, levelsPath, type StripPair } from './strips';

interface Props extends StripPair {
	/** The largest number of each strip, over all columns. */
	tops: Record<PositionMeasure['name'], number>;
	view: View;
	/** Width of a key and of the margin left of the map, CSS pixels. */
	unit: number;
	margin: number;
	colour: string;
	/** The chosen key. */
	at: number | null;
	/** The open head has a sink on the first token: its column is marked. */
	sink: boolean;
}

const HEIGHT = 18;

/** Token importance, norms and loss under the columns of the open map: sink, drain and peak are aligned. */
export function Strips({ shown, baseline, tops, view, unit, margin, colour, at, sink }: Props) {
	return POSITION_MEASURES.map((kind) => {
		const values = shown[kind.name];
		if (!values) return null;
		const before = baseline?.[kind.name] ?? null;
		return (
			<div key={kind.name} className="strip">
				<StripLabel
					kind={kind}
					value={at === null ? null : values[at]}
					before={at === null || !before ? null : before[at]}
					top={tops[kind.name]}
				/>
				<div className="strip-bars" style={{ marginLeft: margin, width: unit * view.count, height: HEIGHT }}>
					<Bars values={values} before={before} top={tops[kind.name]} view={view} unit={unit} colour={colour} />
					{sink && view.key === 0 && <span className="sink-column" style={{ width: Math.max(3, unit) }} />}
					{at !== null && at >= view.key && at < view.key + view.count && (
						<span className="cell-column" style={{ left: (at - view.key) * unit, width: Math.max(1, unit) }} />
					)}
				</div>
			</div>
		);
	});
}

interface LabelProps {
	kind: PositionMeasure;
	value: number | null;
	before: number | null;
	top: number;
}

/** The strip in words and as the paper's letter, with its value at the key; a tooltip explains it. */
function StripLabel({ kind, value, before, top }: LabelProps) {
	const tip = useTip(kind.help, kind.formula);
	const print = kind.name === 'importance' ? formatProbability : formatThreeDigits;
	return (
		<button type="button" className="strip-label" {...tip}>
			<span aria-hidden="true">
				{kind.short} <span className="mono muted">{kind.letter}</span>
			</span>
			<span className="hidden">{kind.help}</span>
			<span className="strip-value">
				{value === null ? (
					<span className="muted">to {print(top)}</span>
				) : before === null ? (
					print(value)
				) : (
					`${print(before)} → ${print(value)}`
				)}
			</span>
		</button>
	);
}

interface BarsProps {
	values: Float32Array;
	before: Float32Array | null;
	top: number;
	view: View;
	unit: number;
	colour: string;
}

/** Renders again only with other numbers or another view: the pointer moves over them all the time. */
const Bars = memo(function Bars({ values, before, top, view, unit, colour }: BarsProps) {
	return (
		<svg width={unit * view.count} height={HEIGHT} aria-hidden="true">
			<path d={barsPath(values, view.key, view.count, unit, HEIGHT, top)} fill={colour} />
			{before && <path d={levelsPath(before, view.key, view.count, unit, HEIGHT, top)} className="baseline-level" />}
		</svg>
	);
});
