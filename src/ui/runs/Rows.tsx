import { Fragment, useCallback, useState } from 'react';
import { type Column, groupOrder, type TableRow } from './columns';
import { GroupRow } from './GroupRow';
import { MOST_WHOLE, NearRows } from './NearRows';
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

/** The table's body, with the rows in their order: one per run, or of a sweep one per point and method, which unfolds to its runs. */
export function Rows({ rows, columns, sortedBy, descending, editing, tools }: Props) {
	const [unfolded, setUnfolded] = useState<readonly string[]>([]);
	const toggle = useCallback(
		(group: string) => setUnfolded((open) => (open.includes(group) ? open.filter((each) => each !== group) : [...open, group])),
		[],
	);
	const ordered = sortedBy ? sortRows(rows, (row) => sortedBy.order(row), descending) : rows;
	// Below the heading. Only of a long table are some rows not on the page.
	let place = 1;
	const nextPlace = () => (rows.length > MOST_WHOLE ? ++place : undefined);
	const runRow = ({ run, difference, baseline, critical, reference, parent }: TableRow) => (
		<RunRow
			key={run.info.id}
			place={nextPlace()}
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
	const shown = rows.some(({ run }) => run.info.point > 0)
		? sortedGroups(rows, sortedBy, descending).map(([group, members]) => (
				<Fragment key={group}>
					<GroupRow place={nextPlace()} rows={members} columns={columns} open={unfolded.includes(group)} onToggle={toggle} />
					{unfolded.includes(group) && ordered.filter(({ run }) => run.info.group === group).map(runRow)}
				</Fragment>
			))
		: ordered.map(runRow);
	return <NearRows rows={shown} columns={columns.length + 2} />;
}

function sortedGroups(rows: readonly TableRow[], sortedBy: Column | undefined, descending: boolean): readonly [string, TableRow[]][] {
	const groups = [...groupsOf(rows)];
	return sortedBy ? sortRows(groups, ([, members]) => groupOrder(sortedBy, members), descending) : groups;
}

function groupsOf(rows: readonly TableRow[]): Map<string, TableRow[]> {
	const groups = new Map<string, TableRow[]>();
	for (const row of rows) {
		const { group } = row.run.info;
		const members = groups.get(group);
		if (members) members.push(row);
		else groups.set(group, [row]);
	}
	return groups;
}
