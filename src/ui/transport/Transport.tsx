import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { plural } from '../shared/format';
import { useClient } from '../shared/useLab';
import { Progress } from './Progress';
import type { Primary } from './primary';

interface Props {
	lab: LabSnapshot;
	primary: Primary;
	/** The form differs from what is training. */
	changed: boolean;
	/** Runs of the form that are not there yet, and could be added; 0 also where the form can't be trained as it stands. */
	addable: number;
	onPrimary(): void;
	onAdd(): void;
	onStep(): void;
}

/** Train, Add, Pause, Step and Reset, with the step counter. One loud button; the others are quiet. */
export function Transport({ lab, primary, changed, addable, onPrimary, onAdd, onStep }: Props) {
	const client = useClient();
	const active = lab.runs.length > 0;
	const stepping = lab.pending === 'step';
	return (
		<section className="transport" aria-label="Training">
			<Progress lab={lab} />
			<div className="buttons">
				<button
					type="button"
					className="loud"
					onClick={onPrimary}
					aria-disabled={primary.action === 'none'}
					aria-describedby="primary-note"
					title={primary.action === 'train' && active ? 'Ends the runs that are there and starts those of the form' : undefined}
				>
					{primary.label}
				</button>
				{active && (
					<button
						type="button"
						className="add-runs"
						onClick={onAdd}
						disabled={addable === 0}
						title={
							addable === 0
								? 'Every run of the form is there: change a field, or add a method or a seed'
								: `Trains ${plural(addable, 'run')} of the form beside those that are there`
						}
					>
						Add
					</button>
				)}
				{changed && active && lab.state === 'running' && (
					<button type="button" onClick={() => client.pause()} disabled={lab.pending === 'pause'}>
						Pause
					</button>
				)}
				<button
					type="button"
					onClick={onStep}
					disabled={stepping || (active ? lab.state !== 'paused' : primary.action !== 'train')}
					title="One step of every run"
				>
					Step
				</button>
				<button
					type="button"
					onClick={() => client.reset()}
					disabled={lab.pending === 'reset' || (!active && lab.state !== 'compiling')}
					title="Ends every run and forgets its curves"
				>
					Reset
				</button>
			</div>
			<p id="primary-note" className="label note">
				{primary.why || (active ? changeWords(lab.runs.length, changed, addable) : '')}
			</p>
		</section>
	);
}

/** What Train and Add would do, once the form is no longer what is there. */
function changeWords(runs: number, changed: boolean, addable: number): string {
	const add =
		addable > 0 ? `Add trains ${addable === 1 ? 'one more run' : `${addable} more runs`} beside ${runs === 1 ? 'it' : 'them'}.` : '';
	if (!changed) return add;
	return `The form has changed: Train ends ${runs === 1 ? 'the run that is there' : `the ${runs} runs that are there`} and starts over. ${add}`;
}
