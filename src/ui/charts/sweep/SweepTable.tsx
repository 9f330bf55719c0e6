import type { FieldName } from '../../../experiment/fields';
import { FIELDS } from '../../../experiment/fields';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { criticalTextOf } from '../../measures/criticalText';
import { ScrollRegion } from '../../shared/ScrollRegion';
import { valueText } from '../../shared/valueText';
import { Swatch } from '../../theme/Swatch';
import type { CellValues, SweepCell } from './cells';
import { differenceText } from './pointText';
import { COSTS, type SweepMetric, type SweepQuantity } from './quantities';

interface Props {
	/** Every cell, with its values of the metric. */
	rows: readonly { cell: SweepCell; values: CellValues | null }[];
	swept: readonly FieldName[];
	derived: readonly SweepQuantity[];
	metric: SweepMetric;
	baseline: string;
	onOpen(run: RunView): void;
}

/** The sweep as a table: one row per point and method, with its runs as buttons that open their curves. */
export function SweepTable({ rows, swept, derived, metric, baseline, onOpen }: Props) {
	const fields = swept.filter((name) => name !== 'methods');
	const costs = derived.filter(({ key }) => key === 'rates' || COSTS.some((cost) => cost.key === key));
	return (
		<ScrollRegion label="Table of the sweep">
			<table className="data sweep-table">
				<thead>
					<tr>
						<th scope="col">Method</th>
						{fields.map((name) => (
							<th scope="col" key={name} className="number">
								{FIELDS[name].label}
							</th>
						))}
						<th scope="col" className="number">
							{metric.label}
						</th>
						<th scope="col">Minus {baseline}’s</th>
						<th scope="col">Critical point</th>
						<th scope="col">Curves</th>
						{costs.map(({ key, label }) => (
							<th scope="col" key={key} className="number">
								{label}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map(({ cell, values }) => (
						<tr key={`${cell.point} ${cell.method}`}>
							<th scope="row">
								<Swatch style={cell.style} width={16} /> {cell.label}
							</th>
							{fields.map((name) => (
								<td key={name} className="number">
									{valueText(name, cell.experiment[name])}
								</td>
							))}
							<td className="number">{meanText(values, metric)}</td>
							<td>{cell.isBaseline ? 'baseline' : values && metric.differs ? differenceText(values, metric.format) : '–'}</td>
							<td>{cell.isBaseline ? '' : criticalTextOf(values?.critical ?? [], (values?.approximate ?? 0) > 0) || '–'}</td>
							<td>
								<Runs cell={cell} onOpen={onOpen} />
							</td>
							{costs.map((quantity) => (
								<td key={quantity.key} className="number">
									{numberText(quantity, cell.runs[0])}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}

/** `1.842 ± 0.021`, with the number of seeds if some have no value yet. */
function meanText(values: CellValues | null, { format }: SweepMetric): string {
	if (!values || values.n === 0) return '–';
	const { mean, half, n, cell } = values;
	const some = n < cell.runs.length ? ` (${n} of ${cell.runs.length} seeds)` : '';
	return `${format(mean)}${half === null ? '' : ` ± ${format(half)}`}${some}`;
}

function numberText(quantity: SweepQuantity, run: RunView): string {
	const value = quantity.of(run);
	return value === null ? '–' : quantity.format(value);
}

function Runs({ cell, onOpen }: { cell: SweepCell; onOpen(run: RunView): void }) {
	return cell.runs.map((run) => (
		<button
			type="button"
			key={run.info.id}
			className="quiet sweep-run"
			aria-label={`Curves of ${cell.label}, seed ${run.info.seed}, point ${cell.point + 1}`}
			onClick={() => onOpen(run)}
		>
			seed {run.info.seed}
			{run.divergedAt !== null ? ' (stopped)' : ''}
		</button>
	));
}
