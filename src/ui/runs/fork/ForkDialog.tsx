import { useEffect, useState } from 'react';
import { isUsed } from '../../../experiment/fields';
import { FORK_FIELDS, type ForkField } from '../../../experiment/fork';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { Dialog } from '../../shared/Dialog';
import { plural } from '../../shared/format';
import { useClient, useLab } from '../../shared/useLab';
import { ForkValue } from './ForkValue';
import { changeOf, fieldLabel, firstField, forkDraft, forkState, needsSteps, stepsText, withValue } from './forkDraft';

/** Forks a run, or every seed of its group, at its current step, with one thing changed. */
export default function ForkDialog({ run: id, onClose }: { run: string; onClose(): void }) {
	const { runs } = useLab();
	const run = runs.find(({ info }) => info.id === id);
	useEffect(() => {
		if (!run) onClose();
	}, [run, onClose]);
	if (!run) return null;
	const group = runs.filter(({ info, divergedAt }) => info.group === run.info.group && divergedAt === null);
	return <Fork run={run} group={group} onClose={onClose} />;
}

interface Props {
	run: RunView;
	/** The run and the other seeds of its group. */
	group: readonly RunView[];
	onClose(): void;
}

function Fork({ run, group, onClose }: Props) {
	const client = useClient();
	const { experiment, seed } = run.info;
	const [draft, setDraft] = useState(() => forkDraft(experiment, firstField(run)));
	const [everySeed, setEverySeed] = useState(false);
	// With one seed for a whole group, its forks would be identical.
	const canAll = group.length > 1 && draft.field !== 'seeds';
	const forked = everySeed && canAll ? group : [run];
	const { same, problem } = forkState(draft, forked);
	const blocked = same || problem !== null;
	const fork = () => {
		if (blocked) return;
		for (const { info } of forked) client.fork(info.id, changeOf(draft, forked));
		onClose();
	};
	const value = {
		draft,
		problem,
		onChange: (field: ForkField, text: string) => setDraft((before) => withValue(before, field, text)),
	};
	return (
		<Dialog title={`Fork ${run.name}, seed ${seed}`} onClose={onClose}>
			<p className="muted">
				A fork is a copy of the run at this step that continues with one thing changed. The run itself stays as it is.
			</p>
			<form
				className="fork-form"
				onSubmit={(event) => {
					event.preventDefault();
					fork();
				}}
			>
				<div className="fork-field">
					<label htmlFor="fork-field">Change</label>
					<select
						id="fork-field"
						value={draft.field}
						onChange={(event) => setDraft(forkDraft(experiment, event.target.value as ForkField))}
					>
						{FORK_FIELDS.filter((field) => isUsed(field, experiment)).map((field) => (
							<option key={field} value={field}>
								{fieldLabel(field)}
							</option>
						))}
					</select>
				</div>
				<ForkValue {...value} field={draft.field} />
				{needsSteps(draft, forked) && (
					<ForkValue {...value} field="steps" why="The run is finished, so its fork needs more steps than it had." />
				)}
				{canAll && (
					<label className="fork-all">
						<input type="checkbox" checked={everySeed} onChange={(event) => setEverySeed(event.target.checked)} />
						Fork {group.length === 2 ? 'both' : `all ${group.length}`} seeds of {run.info.label}
					</label>
				)}
				<div className="fork-buttons">
					<button type="submit" className="loud" aria-disabled={blocked} aria-describedby="fork-why">
						Fork {forked.length > 1 ? `${plural(forked.length, 'run')} ` : ''}at {stepsText(forked)}
					</button>
					<button type="button" onClick={onClose}>
						Cancel
					</button>
				</div>
				<p id="fork-why" className="label" role="status">
					{same ? 'Change the value first.' : ''}
				</p>
			</form>
		</Dialog>
	);
}
