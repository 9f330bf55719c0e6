import type { Intervention } from '../../experiment/interventions';
import { trainable } from '../../experiment/interventions/edits';
import type { LambdaControl } from '../../experiment/interventions/lambdas';
import type { RunView } from '../../session/client/store/labSnapshot';
import { list } from '../shared/format';
import { shortNumber } from './NumberControl';
import { placeText } from './placeText';

interface Props {
	run: RunView;
	intervention: Intervention;
	controls: readonly LambdaControl[];
	onTrain(): void;
}

/** Continues training with the λ that were set, or says why that is not possible. */
export function TrainOn({ run, intervention, controls, onTrain }: Props) {
	const edits = trainable(intervention, controls);
	const why = whyNot(run, intervention, controls);
	const text = edits.map((edit) => `${placeText('weight', edit, { tokens: [], controls })} = ${shortNumber(edit.value)}`);
	return (
		<div className="train-on">
			{(why === '' || edits.length > 0) && (
				<button
					type="button"
					disabled={edits.length === 0 || run.finished || run.divergedAt !== null}
					title={text.length > 0 ? list(text) : undefined}
					onClick={onTrain}
				>
					Continue training with these λ
				</button>
			)}
			{why !== '' && <p className="label">{why}</p>}
		</div>
	);
}

/** Why training can't continue with other λ; empty if it can. */
function whyNot(run: RunView, intervention: Intervention, controls: readonly LambdaControl[]): string {
	const { lambdas } = intervention;
	const { label } = run.info;
	if (controls.length === 0) return `${label} mixes no values, so it has no λ.`;
	if (!controls.some(({ trains }) => trains))
		return `For ${label}, λ is tried here but not trained. To train with it, fork the run as ResFormer constant.`;
	if (lambdas.length > trainable(intervention, controls).length)
		return `Some of these λ are tried here but not trained: ${label} has no such weights.`;
	if (run.finished && lambdas.length > 0) return 'The run is finished. Fork it with more steps to continue training.';
	return '';
}
