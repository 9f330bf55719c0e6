import type { CSSProperties } from 'react';
import { FIELDS, type FieldName } from '../../../experiment/fields';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { ScrollRegion } from '../../shared/ScrollRegion';
import { valueText } from '../../shared/valueText';
import { attentionColour, differenceColour, type Shade } from '../../theme/attentionScale';
import type { CellValues } from './cells';
import { signed } from './pointText';
import type { SweepMetric } from './quantities';

interface Props {
	/** Cells of one method. */
	values: readonly CellValues[];
	/** The two fields, of the columns and of the rows. */
	fields: readonly [FieldName, FieldName];
	metric: SweepMetric;
	/** The values are differences from the baseline. */
	asDifference: boolean;
	shade: Shade;
	label: string;
	onOpen(run: RunView): void;
}

/** Two swept fields as a table of coloured cells with their numbers. A cell opens the curves of its first run. */
export function HeatMap({ values, fields, metric, asDifference, shade, label, onOpen }: Props) {
	const [across, down] = fields;
	const columns = distinct(values, across);
	const rows = distinct(values, down);
	const colour = colouring(values, asDifference, shade);
	const at = (column: unknown, row: unknown) =>
		values.find(({ cell }) => cell.experiment[across] === column && cell.experiment[down] === row);
	return (
		<ScrollRegion label={label}>
			<table className="data heat-map">
				<caption className="label">
					{FIELDS[down].label} (rows) and {FIELDS[across].label} (columns)
				</caption>
				<thead>
					<tr>
						<td />
						{columns.map((column) => (
							<th scope="col" key={String(column)} className="number">
								{valueText(across, column)}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((row) => (
						<tr key={String(row)}>
							<th scope="row" className="number">
								{valueText(down, row)}
							</th>
							{columns.map((column) => (
								<td key={String(column)}>
									<Cell values={at(column, row)} metric={metric} asDifference={asDifference} colour={colour} onOpen={onOpen} />
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}

interface CellProps extends Pick<Props, 'metric' | 'asDifference' | 'onOpen'> {
	values: CellValues | undefined;
	colour(value: number): CSSProperties;
}

function Cell({ values, metric, asDifference, colour, onOpen }: CellProps) {
	if (!values || values.n === 0) return <span className="muted">–</span>;
	const { mean, half, n, difference } = values;
	const text = asDifference ? signed(mean, metric.format) : metric.format(mean);
	const spread = half === null ? 'one seed' : `± ${metric.format(half)}, ${n} seeds`;
	const verdict = asDifference && difference ? `, ${difference.separated ? 'separated' : 'not separated'}` : '';
	return (
		<button
			type="button"
			className="heat-cell"
			style={colour(mean)}
			title={`${spread}${verdict}: opens the curves`}
			onClick={() => onOpen(values.runs[0].run)}
		>
			{text}
			{asDifference && difference?.separated ? ' *' : ''}
		</button>
	);
}

/** The distinct values of a field, ascending. */
function distinct(values: readonly CellValues[], name: FieldName): number[] {
	const found = new Set(values.map(({ cell }) => cell.experiment[name] as number));
	return [...found].sort((a, b) => a - b);
}

/** Background and text colours of a value: from the smallest to the largest, or for differences on both sides of 0. */
function colouring(values: readonly CellValues[], asDifference: boolean, shade: Shade): (value: number) => CSSProperties {
	const means = values.filter(({ n }) => n > 0).map(({ mean }) => mean);
	const [low, high] = [Math.min(...means), Math.max(...means)];
	const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
	return (value) => {
		const place = asDifference ? value / largest : high > low ? (value - low) / (high - low) : 0;
		const rgb = asDifference ? differenceColour(0.75 * place, shade) : attentionColour(0.75 * place, shade);
		// The scales' lightness runs from the panel's colour to its opposite.
		const bright = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 128;
		return { background: `rgb(${rgb.join(' ')})`, color: bright ? '#000' : '#fff' };
	};
}
