import { memo } from 'react';
import { plural } from '../shared/format';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import { type Column, groupText, type TableRow } from './columns';

interface Props {
	/** Number of the row in a table of which only a part is on the page. */
	place: number | undefined;
	rows: readonly TableRow[];
	columns: readonly Column[];
	open: boolean;
	onToggle(group: string): void;
}

/** The runs of a method at a point of a sweep, as means ± standard deviations over seeds. Unfolds to the runs. */
export const GroupRow = memo(function GroupRow({ place, rows, columns, open, onToggle }: Props) {
	const { info } = rows[0].run;
	return (
		<tr className="group-row" aria-rowindex={place}>
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
			{columns.map((column) => (
				<td key={column.id} className={column.numeric ? 'number' : 'muted'}>
					{groupText(column, rows)}
				</td>
			))}
			<td className="last muted">{plural(rows.length, 'run')}</td>
		</tr>
	);
}, isSame);

/** True if nothing of the group has changed: its list of rows is always another one. */
function isSame({ rows, ...before }: Props, { rows: next, ...after }: Props): boolean {
	const same = (Object.keys(before) as (keyof typeof before)[]).every((name) => before[name] === after[name]);
	return same && rows.length === next.length && rows.every((row, i) => row === next[i]);
}
