import type { Intervention, LambdaControl } from '../../experiment/intervention';
import type { RunView } from '../../session/client/store/labSnapshot';
import { list } from '../shared/format';
import { trainable } from './edits';

interface Props {
	run: RunView;
	intervention: Intervention;
	controls: readonly LambdaControl[];
	onTrain(): void;
}

/** Training goes on with the λ that were moved; where it can't, why. */
export function TrainOn({ run, intervention, controls, onTrain }: Props) {
	const edits = trainable(intervention, controls);
	const why = whyNot(run, intervention, controls);
	const words = edits.map((edit) => {
		const control = controls.find(({ layer, index }) => layer === edit.layer && index === edit.index);
		return `${control?.label}${control?.everyLayer ? '' : ` of layer ${edit.layer + 1}`} = ${edit.value}`;
	});
	return (
		<div className="train-on">
			{(why === '' || edits.length > 0) && (
				<button
					type="button"
					disabled={edits.length === 0 || run.finished || run.divergedAt !== null}
					title={words.length > 0 ? list(words) : undefined}
					onClick={onTrain}
				>
					Continue training with these λ
				</button>
			)}
			{why !== '' && <p className="label">{why}</p>}
		</div>
	);
}

/** Why training can't go on with other λ; empty where it can. */
function whyNot(run: RunView, { lambdas }: Intervention, controls: readonly LambdaControl[]): string {
	if (controls.length === 0) return `${run.info.label} mixes no values, so there is no λ to move.`;
	if (!controls.some(({ trains }) => trains))
		return `${run.info.label} borrows λ for this pass. To train with it, fork the run as ResFormer constant.`;
	if (run.finished && lambdas.length > 0) return 'The run is finished: fork it with more steps to train on.';
	return '';
}
