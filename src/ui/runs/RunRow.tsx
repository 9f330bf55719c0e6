import { type KeyboardEvent, memo } from 'react';
import type { CriticalPoint } from '../../experiment/criticalPoint';
import type { RunView } from '../../session/client/store/labSnapshot';
import { ActionButton } from '../actions/ActionButton';
import { handleKey, labelOf, menuItems } from '../actions/action';
import { RUN_ACTIONS, type RunContext } from '../actions/runActions';
import { Menu } from '../shared/Menu';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import { BASELINE_COLUMN, type Column } from './columns';
import { Difference } from './Difference';
import { DownloadButton } from './DownloadButton';
import { NameEditor } from './NameEditor';
import { ShowRun } from './Visibility';

/** Data and handlers that the commands on a row need from the table. */
export type RowTools = Pick<RunContext, 'client' | 'edit' | 'fork' | 'saveProject'>;

interface Props {
	/** Number of the row in a table of which only a part is on the page. */
	place: number | undefined;
	run: RunView;
	difference: string;
	baseline: boolean;
	critical: CriticalPoint | null;
	reference: RunView | null;
	parent: string;
	columns: readonly Column[];
	/** Its name is being typed. */
	editing: boolean;
	/** Null if the runs are only shown: recorded ones cannot be changed. */
	tools: RowTools | null;
}

const { fork, project, rename, pin, remove, removeGroup, showOnlyGroup } = RUN_ACTIONS;

/** One run. Memoised: there may be fifty, and few of them change at a time. */
export const RunRow = memo(function RunRow(props: Props) {
	const { place, run, difference, baseline, critical, reference, parent, columns, editing, tools } = props;
	const { info, name, visible } = run;
	const row = { run, difference, baseline, critical, reference, parent };
	const context = tools && { ...tools, run };
	const title = `${name}, seed ${info.seed}`;
	return (
		<tr
			aria-rowindex={place}
			className={visible ? undefined : 'unseen'}
			onKeyDown={context ? (event) => pressKey(event, context) : undefined}
		>
			<th scope="row" className="name">
				<span className="name-cell">
					{tools && <ShowRun info={info} title={title} />}
					<Swatch style={groupStyle(info)} />
					<Name run={run} title={title} editing={editing} context={context} />
				</span>
			</th>
			{columns.map((column) => (
				<td key={column.id} className={classOf(column, run)} title={column.title?.(row)}>
					{context && column === BASELINE_COLUMN ? <Pin context={context} baseline={baseline} /> : column.text(row)}
					<Difference column={column} row={row} />
				</td>
			))}
			<td className="last">
				{context && (
					<span className="row-tools">
						<DownloadButton info={info} />
						<Menu
							className="quiet more"
							label={`More about ${title}`}
							items={() => menuItems([fork, project, rename, showOnlyGroup, remove, removeGroup], context)}
						>
							⋯
						</Menu>
					</span>
				)}
			</td>
		</tr>
	);
});

/** The run's name: a button that starts to edit it. */
function Name({
	run: { info, name },
	run,
	title,
	editing,
	context,
}: {
	run: RunView;
	title: string;
	editing: boolean;
	context: RunContext | null;
}) {
	if (!context) return <span className="run-name ellipsis">{name}</span>;
	if (editing) return <NameEditor run={run} onDone={() => context.edit(null)} />;
	return (
		<button
			type="button"
			className="quiet run-name ellipsis"
			title={`${name}: click or F2 to rename`}
			aria-label={`${title}: rename`}
			onClick={() => context.edit(info.id)}
		>
			{name}
		</button>
	);
}

function Pin({ context, baseline }: { context: RunContext; baseline: boolean }) {
	return (
		<ActionButton action={pin} context={context} className="quiet pin" pressed={baseline} label={labelOf(pin, context)}>
			<span aria-hidden="true">{baseline ? '◆' : '◇'}</span>
		</ActionButton>
	);
}

function classOf({ id, numeric }: Column, run: RunView): string | undefined {
	if (numeric) return 'number';
	if (id === 'state') return run.divergedAt !== null ? 'error' : 'muted';
	return { method: 'mono', difference: 'difference ellipsis' }[id];
}

/** Keyboard keys of a row, for all of its controls. */
function pressKey(event: KeyboardEvent<HTMLTableRowElement>, context: RunContext): void {
	const row = event.currentTarget;
	handleKey(RUN_ACTIONS, { ...context, moveFocus: (rows) => moveFocus(row, rows) }, event);
}

/** Focuses the same control of the row above (−1) or below (1). */
function moveFocus(row: HTMLTableRowElement, rows: -1 | 1): void {
	const controls = (of: Element) => [...of.querySelectorAll<HTMLElement>('input, button')];
	const at = controls(row).indexOf(document.activeElement as HTMLElement);
	const all = [...(row.closest('table')?.querySelectorAll('tbody tr') ?? [])];
	const next = all[all.indexOf(row) + rows];
	if (next && at >= 0) controls(next)[at]?.focus();
}
