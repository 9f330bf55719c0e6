import { type KeyboardEvent, memo } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { Menu } from '../shared/Menu';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import type { RunActions } from './actions';
import type { Column } from './columns';
import { DownloadButton } from './DownloadButton';
import { NameEditor } from './NameEditor';
import { ShowRun } from './Visibility';

interface Props {
	run: RunView;
	difference: string;
	baseline: boolean;
	columns: readonly Column[];
	/** Its name is being typed. */
	editing: boolean;
	/** What can be done with it; null = nothing, it is only shown. */
	actions: RunActions | null;
}

/** One run. Drawn again only when something of it changed: there may be fifty. */
export const RunRow = memo(function RunRow({ run, difference, baseline, columns, editing, actions }: Props) {
	const { info, name, visible } = run;
	const row = { run, difference, baseline };
	const called = `${name}, seed ${info.seed}`;
	return (
		<tr className={visible ? undefined : 'unseen'} onKeyDown={actions ? (event) => rowKey(event, run, actions) : undefined}>
			<th scope="row" className="name">
				<span className="name-cell">
					{actions && <ShowRun info={info} called={called} />}
					<Swatch style={groupStyle(info)} />
					{editing && actions ? (
						<NameEditor run={run} onDone={() => actions.edit(null)} />
					) : actions ? (
						<button
							type="button"
							className="quiet run-name ellipsis"
							title={`${name}: click or F2 to rename`}
							aria-label={`${called}: rename`}
							onClick={() => actions.edit(info.id)}
						>
							{name}
						</button>
					) : (
						<span className="run-name ellipsis">{name}</span>
					)}
				</span>
			</th>
			<td>
				{actions ? (
					<button
						type="button"
						className="quiet pin"
						aria-pressed={baseline}
						aria-label={`Compare the others with ${info.label}`}
						title={baseline ? 'The others are compared with this' : 'Compare the others with this'}
						onClick={() => actions.pin(info.group)}
					>
						<span aria-hidden="true">{baseline ? '◆' : '◇'}</span>
					</button>
				) : (
					baseline && 'baseline'
				)}
			</td>
			{columns.map((column) => (
				<td key={column.id} className={classOf(column, run)} title={column.title?.(row)}>
					{column.text(row)}
				</td>
			))}
			<td className="last">
				{actions && (
					<span className="row-tools">
						<DownloadButton info={info} />
						<Menu className="quiet more" label={`More about ${called}`} items={() => actions.menuOf(run)}>
							⋯
						</Menu>
					</span>
				)}
			</td>
		</tr>
	);
});

function classOf({ id, numeric }: Column, run: RunView): string | undefined {
	if (numeric) return 'number';
	if (id === 'state') return run.divergedAt !== null ? 'error' : 'muted';
	return { method: 'mono', difference: 'difference ellipsis' }[id];
}

/** Keys of a row, whichever of its controls has the focus. */
function rowKey(event: KeyboardEvent<HTMLTableRowElement>, run: RunView, actions: RunActions): void {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	if (event.key === 'Delete') actions.remove([run.info.id]);
	else if (event.key === 'F2') actions.edit(run.info.id);
	else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(event.currentTarget, event.key === 'ArrowDown');
	else return;
	event.preventDefault();
}

/** To the same control of the row below or above. */
function moveFocus(row: HTMLTableRowElement, down: boolean): void {
	const controls = (of: Element) => [...of.querySelectorAll<HTMLElement>('input, button')];
	const at = controls(row).indexOf(document.activeElement as HTMLElement);
	const next = down ? row.nextElementSibling : row.previousElementSibling;
	if (next && at >= 0) controls(next)[at]?.focus();
}
