import { mean } from '../../experiment/statistics';
import { markerPath } from '../theme/marker';
import { LABEL_GAP, shortLabel, spreadLabels } from './labels';
import type { Line } from './lines';
import type { Scales } from './scales';

interface Props {
	lines: readonly Line[];
	scales: Scales;
	format(value: number): string;
}

/** One label per group at the end of its lines: marker, name and last value shown (mean over its lines). */
export function EndLabels({ lines, scales, format }: Props) {
	const groups = new Map<string, { line: Line; values: number[]; going: boolean }>();
	for (const line of lines) {
		const { ys } = line.main;
		if (ys.length === 0) continue;
		const entry = groups.get(line.group) ?? { line, values: [], going: false };
		entry.values.push(ys[ys.length - 1]);
		entry.going ||= !line.ended;
		groups.set(line.group, entry);
	}
	const { area, y } = scales;
	const labels = [...groups.values()].map(({ line, values, going }) => ({ line, value: mean(values), going }));
	const wanted = labels.map(({ value }) => y(value));
	const heights = spreadLabels(wanted, LABEL_GAP, area.y + 4, area.y + area.height - 4);
	return (
		<g className="end-labels">
			{labels.map(({ line: { group, label, style }, value, going }, i) => (
				<g key={group} transform={`translate(${area.x + area.width + 12} ${heights[i].toFixed(1)})`}>
					<path d={markerPath(style.marker, 3.5)} fill={style.colour} stroke={style.colour} strokeWidth={1.5} />
					<text x={9} dy="0.35em">
						{shortLabel(label)} {going ? format(value) : 'stopped'}
					</text>
				</g>
			))}
		</g>
	);
}

/** Width of the longest label in a wide font, CSS pixels, including its value or the note that it stopped. */
export function labelRoom(lines: readonly Line[], valueLength: number): number {
	return 28 + 7 * Math.max(0, ...lines.map(({ label, ended }) => shortLabel(label).length + (ended ? 8 : valueLength + 1)));
}
