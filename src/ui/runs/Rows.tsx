import { Fragment, useCallback, useState } from 'react';
import { type Column, groupOrder, type TableRow } from './columns';
import { GroupRow } from './GroupRow';
import { type RowTools, RunRow } from './RunRow';
import { sortRows } from './sorting';

interface Props {
	rows: readonly TableRow[];
	columns: readonly Column[];
	sortedBy: Column | undefined;
	descending: boolean;
	/** Id of the run whose name is being typed. */
	editing: string | null;
	tools: RowTools | null;
}

/** The table's rows in their order: one per run, or of a sweep one per point and method, which unfolds to its runs. */
export function Rows({ rows, columns, sortedBy, descending, editing, tools }: Props) {
	const [unfolded, setUnfolded] = useState<readonly string[]>([]);
	const toggle = useCallback(
		(group: string) => setUnfolded((open) => (open.includes(group) ? open.filter((each) => each !== group) : [...open, group])),
		[],
	);
	const ordered = sortedBy ? sortRows(rows, (row) => sortedBy.order(row), descending) : rows;
	const runRow = ({ run, difference, baseline, critical, reference, parent }: TableRow) => (
		<RunRow
			key={run.info.id}
			run={run}
			difference={difference}
			baseline={baseline}
			critical={critical}
			reference={reference}
			parent={parent}
			columns={columns}
			editing={editing === run.info.id}
			tools={tools}
		/>
	);
	if (!rows.some(({ run }) => run.info.point > 0)) return ordered.map(runRow);
	const groups = groupsOf(rows);
	const sorted = sortedBy
		? sortRows([...groups.keys()], (group) => groupOrder(sortedBy, groups.get(group) ?? []), descending)
		: groups.keys();
	return [...sorted].map((group) => (
		<Fragment key={group}>
			<GroupRow rows={groups.get(group) ?? []} columns={columns} open={unfolded.includes(group)} onToggle={toggle} />
			{unfolded.includes(group) && ordered.filter(({ run }) => run.info.group === group).map(runRow)}
		</Fragment>
	));
}

function groupsOf(rows: readonly TableRow[]): Map<string, TableRow[]> {
	const groups = new Map<string, TableRow[]>();
	for (const row of rows) groups.set(row.run.info.group, [...(groups.get(row.run.info.group) ?? []), row]);
	return groups;
}
