import { withMinus } from '../shared/format';
import type { Column, TableRow } from './columns';

/** A run's number minus that of the baseline's run with its seed; null if one of them is missing, and for the baseline. */
export function differenceOf(column: Column, row: TableRow): number | null {
	if (!column.counted || row.baseline || !row.reference) return null;
	const [own, other] = [column.order(row), column.order({ ...row, run: row.reference })];
	return typeof own === 'number' && typeof other === 'number' ? own - other : null;
}

/** `▾ −0.012`: its colour says more or less, as in maps of differences, and not better or worse. Nothing for a difference that rounds to 0. */
export function Difference({ column, row }: { column: Column; row: TableRow }) {
	const difference = differenceOf(column, row);
	if (difference === null || !column.format) return null;
	const size = column.format(Math.abs(difference));
	if (!/[1-9]/.test(size)) return null;
	return (
		<span className={`run-difference ${difference < 0 ? 'less' : 'more'}`} title={`${row.reference?.name}: the baseline with this seed`}>
			{' '}
			<span aria-hidden="true">{difference < 0 ? '▾' : '▴'}</span> {difference < 0 ? withMinus(`-${size}`) : `+${size}`}
		</span>
	);
}
