import { memo } from 'react';
import { useTip } from '../shared/tip';
import type { Column } from './columns';

interface Props {
	column: Column;
	/** Direction in which rows are sorted by this column; null = they are not. */
	descending: boolean | null;
	onSort(column: string): void;
	/** Shown before the heading. */
	children?: React.ReactNode;
}

/** A column's heading: a button that sorts, with an explanation on hover and focus. */
export const HeadCell = memo(function HeadCell({ column, descending, onSort, children }: Props) {
	const { id, heading, help, formula, numeric } = column;
	const tip = useTip(help, formula);
	return (
		<th
			scope="col"
			className={numeric ? 'number' : id === 'name' ? 'name' : undefined}
			aria-sort={descending === null ? undefined : descending ? 'descending' : 'ascending'}
		>
			<span className="head-cell">
				{children}
				<button
					type="button"
					className="quiet sort"
					id={id === 'name' ? 'runs-title' : undefined}
					aria-describedby={help ? `column-${id}` : undefined}
					onClick={() => onSort(id)}
					{...(help ? tip : {})}
				>
					{heading}
					<span className="sort-sign" aria-hidden="true">
						{descending === null ? '' : descending ? '▾' : '▴'}
					</span>
				</button>
				{help && (
					<span id={`column-${id}`} className="hidden">
						{help}
					</span>
				)}
			</span>
		</th>
	);
});
