import { memo, useCallback, useMemo, useState } from 'react';
import type { LabClient } from '../../session/client/client';
import { criticalPointOf } from '../../session/client/runs/criticalPoints';
import { baselineRunOf } from '../../session/client/runs/pairing';
import { differences } from '../../session/client/runs/runGroups';
import type { LabSnapshot, RunView } from '../../session/client/store/labSnapshot';
import { lazyDialog } from '../shared/dialogScripts';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { formatCount } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { useClient } from '../shared/useLab';
import { useSame, useSameRecords } from '../shared/useSame';
import { columnsOf, differingColumns, measuresOf, NAME_COLUMN, type TableRow } from './columns';
import { ExportMenu } from './ExportMenu';
import { exportFiles } from './exportFiles';
import { HeadCell } from './HeadCell';
import { MOST_WHOLE } from './NearRows';
import { Rows } from './Rows';
import type { RowTools } from './RunRow';
import { nextSorting, type Sorting } from './sorting';
import { UndoBar } from './UndoBar';
import { ShowAll } from './Visibility';

const ForkDialog = lazyDialog(() => import('./fork/ForkDialog'));

interface Props {
	runs: readonly RunView[];
	/** The group that others are compared with. */
	baseline: string | null;
	removed: LabSnapshot['removed'];
	empty: string;
}

/** The runs with their numbers, sortable, and the commands on them. */
export const RunTable = memo(function RunTable({ runs, baseline, removed, empty }: Props) {
	const client = useClient();
	const [sorting, setSorting] = useState<Sorting | null>(null);
	const [only, setOnly] = useState(false);
	const [editing, setEditing] = useState<string | null>(null);
	const [forking, setForking] = useState<string | null>(null);
	const tools = useMemo(() => rowTools(client, setEditing, setForking), [client]);
	const sort = useCallback((column: string) => setSorting((before) => nextSorting(before, column)), []);

	const readOnly = runs.some(({ recorded }) => recorded);
	const measures = useSame(measuresOf(runs));
	const rows = useRows(runs, baseline);
	const critical = rows.some((row) => row.critical !== null);
	const forks = rows.some(({ run }) => run.info.fork !== null);
	const all = useMemo(() => columnsOf(measures, critical, forks), [measures, critical, forks]);
	const columns = useSame(only && rows.length > 1 ? differingColumns(all, rows) : all);
	const sortedBy = [NAME_COLUMN, ...columns].find(({ id }) => id === sorting?.column);
	const head = (column: typeof NAME_COLUMN, children?: React.ReactNode) => (
		<HeadCell key={column.id} column={column} descending={sortedBy === column ? !!sorting?.descending : null} onSort={sort}>
			{children}
		</HeadCell>
	);
	return (
		<section className="panel runs" aria-labelledby="runs-title">
			<UndoBar removed={removed} runs={runs} />
			{runs.length > 1 && (
				<label className="inline only-settings">
					<input type="checkbox" checked={only} onChange={(event) => setOnly(event.target.checked)} />
					Only settings that differ
				</label>
			)}
			<ScrollRegion label="Table of runs">
				<table className="data" aria-rowcount={runs.length > MOST_WHOLE ? -1 : undefined}>
					<thead>
						<tr>
							{head(NAME_COLUMN, !readOnly && runs.length > 0 && <ShowAll />)}
							{columns.map((column) => head(column))}
							<th scope="col" className="last">
								<span className="row-tools">
									{!readOnly && <span className="checkpoint-head">Checkpoint</span>}
									{runs.length > 0 && <FigureMenu title="Runs" runs={runs} />}
									{runs.length > 0 && <ExportMenu runs={runs} recorded={readOnly} />}
								</span>
							</th>
						</tr>
					</thead>
					{runs.length === 0 ? (
						<tbody>
							<tr>
								<td colSpan={2 + columns.length} className="muted">
									{empty}
								</td>
							</tr>
						</tbody>
					) : (
						<Rows
							rows={rows}
							columns={columns}
							sortedBy={sortedBy}
							descending={sorting?.descending ?? false}
							editing={editing}
							tools={readOnly ? null : tools}
						/>
					)}
				</table>
			</ScrollRegion>
			{forking !== null && <ForkDialog run={forking} onClose={() => setForking(null)} />}
		</section>
	);
});

/** The runs with how they compare to one another; a row is the same object until something of it changes. */
function useRows(runs: readonly RunView[], baseline: string | null): readonly TableRow[] {
	const infos = useSame(runs.map(({ info }) => info));
	const differing = useMemo(() => differences(infos.map((info) => ({ info }))), [infos]);
	return useSameRecords(
		runs.map((run) => {
			const other = baselineRunOf(run, runs, baseline);
			return {
				run,
				difference: differing.get(run.info.id)?.join(', ') ?? '',
				baseline: run.info.group === baseline,
				critical: run.finished ? criticalPointOf(run, other) : null,
				reference: (run.info.group !== baseline && other) || null,
				parent: parentText(run, runs),
			};
		}),
	);
}

const rowTools = (client: LabClient, edit: RowTools['edit'], fork: RowTools['fork']): RowTools => {
	return { client, edit, fork, saveProject: (run) => void exportFiles('project', [run], client) };
};

/** The run that this one was forked from, with the step; empty if it is not a fork. */
function parentText({ info: { fork } }: RunView, runs: readonly RunView[]): string {
	if (!fork) return '';
	const parent = runs.find(({ info }) => info.id === fork.from);
	return `${parent ? `${parent.name}, seed ${parent.info.seed}` : 'a removed run'}, step ${formatCount(fork.step)}`;
}
