import type { LabSnapshot } from '../../session/client/snapshot';
import { useClient } from '../lab';
import { Progress } from './Progress';
import type { Primary } from './primary';

interface Props {
	lab: LabSnapshot;
	primary: Primary;
	/** The form differs from what is training. */
	changed: boolean;
	onPrimary(): void;
	onStep(): void;
}

/** Train, Pause, Step and Reset, with the step counter. One loud button; the others are quiet. */
export function Transport({ lab, primary, changed, onPrimary, onStep }: Props) {
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
				>
					{primary.label}
				</button>
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
				{primary.why || (changed && active ? 'The form has changed: Train starts over with it.' : '')}
			</p>
		</section>
	);
}
