import { ActionButton } from '../actions/ActionButton';
import { faceOf, TRAINING_ACTIONS, type TrainingContext } from '../actions/trainingActions';
import { Progress } from './Progress';

const { primary, add, pause, step, reset } = TRAINING_ACTIONS;

/** The step counter with Train, Add, Pause, Step and Reset. Only the first button is loud. */
export function Transport({ context }: { context: TrainingContext }) {
	const { lab, changed, addable } = context;
	const active = lab.runs.length > 0;
	const face = faceOf(context);
	return (
		<section className="transport" aria-label="Training">
			<Progress lab={lab} />
			<div className="buttons">
				<ActionButton
					action={primary}
					context={context}
					className="loud"
					focusable
					blocked={face.action === null}
					describedBy="primary-note"
				/>
				{active && <ActionButton action={add} context={context} className="add-runs" />}
				{changed && active && lab.state === 'running' && <ActionButton action={pause} context={context} />}
				<ActionButton action={step} context={context} />
				<ActionButton action={reset} context={context} />
			</div>
			<p id="primary-note" className="label note">
				{face.why || (active ? changeNote(lab.runs.length, changed, addable) : '')}
			</p>
		</section>
	);
}

/** Message on what Train and Add do if the form differs from the runs. */
function changeNote(runs: number, changed: boolean, addable: number): string {
	const add =
		addable > 0 ? `Add trains ${addable === 1 ? 'one more run' : `${addable} more runs`} next to ${runs === 1 ? 'it' : 'them'}.` : '';
	if (!changed) return add;
	return `The form has changed: Train ends ${runs === 1 ? 'the current run' : `the ${runs} current runs`} and starts over. ${add}`;
}
