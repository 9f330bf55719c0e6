import { memo } from 'react';
import { plural } from '../shared/format';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import { type Column, groupText, type TableRow } from './columns';

interface Props {
	rows: readonly TableRow[];
	columns: readonly Column[];
	open: boolean;
	onToggle(group: string): void;
}

/** The runs of a method at a point of a sweep, as means ± standard deviations over seeds. Unfolds to the runs. */
export const GroupRow = memo(function GroupRow({ rows, columns, open, onToggle }: Props) {
	const { info } = rows[0].run;
	return (
		<tr className="group-row">
			<th scope="row" className="name">
				<span className="name-cell">
					<button
						type="button"
						className="quiet icon"
						aria-expanded={open}
						aria-label={`Runs of ${info.label}`}
						onClick={() => onToggle(info.group)}
					>
						{open ? '▾' : '▸'}
					</button>
					<Swatch style={groupStyle(info)} />
					<span className="ellipsis" title={info.label}>
						{info.label}
					</span>
				</span>
			</th>
			<td>{rows[0].baseline && 'baseline'}</td>
			{columns.map((column) => (
				<td key={column.id} className={column.numeric ? 'number' : 'muted'}>
					{groupText(column, rows)}
				</td>
			))}
			<td className="last muted">{plural(rows.length, 'run')}</td>
		</tr>
	);
});
