import { memo } from 'react';
import { changesNothing } from '../../experiment/intervention';
import type { ForwardPassResult } from '../../experiment/records/forwardPass';
import type { RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { formatLoss } from '../shared/format';
import { Term, useTip } from '../shared/tip';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import { addSinkLogit, dropFirstValues, type Edit, takeAllBack } from './edits';
import { Keys } from './Keys';
import { Lambdas } from './Lambdas';
import { NextTokens } from './NextTokens';
import { TrainOn } from './TrainOn';

interface Props {
	/** Whose forward pass it is. */
	run: RunView;
	state: RunIntervention;
	/** Whether `state` answers the text on the page. */
	fits: boolean;
	layer: number;
	/** The position whose next token is expected; null = the middle of the text. */
	position: number | null;
	/** The locked cell's key. */
	lockedKey: number | null;
	/** Why nothing can be touched now; empty where it can. */
	why: string;
	/** The same on every run shown: offered where there are several. */
	both: boolean;
	several: boolean;
	onBoth(both: boolean): void;
	onEdit(edit: Edit): void;
	onTrain(): void;
}

const LAMBDAS = 'What attention reads in layer n: λ₁ of the first layer’s value, λ₂ of its own. Without a value residual they are 0 and 1.';

/** The model in the user's hands: what is changed in its forward pass, and what that does, beside the untouched. */
export const InterventionPanel = memo(function InterventionPanel(props: Props) {
	const { run, state, fits, layer, position, lockedKey, why, both, several, onBoth, onEdit, onTrain } = props;
	const { intervention, result: look, pending, problem } = state;
	const touched = !changesNothing(intervention);
	// An answer to the question before the last stands until the last one is answered.
	const seen = look && fits ? { ...look, intervened: touched ? look.intervened : null } : null;
	const length = seen?.baseline.frame.length ?? 0;
	const at = Math.min(position ?? length >> 1, length - 1);
	return (
		<section className="interventions" aria-label={`Interventions on ${run.name}`} aria-busy={pending}>
			<div className="interventions-head">
				<h3>Interventions</h3>
				<Swatch style={groupStyle(run.info)} />
				<span className="ellipsis">{run.name}</span>
			</div>
			{why || !look ? (
				<p className="label">{why || problem || 'The model is asked what it does.'}</p>
			) : (
				<>
					<div className="keys-row">
						<button type="button" disabled={!touched} onClick={() => onEdit(takeAllBack)}>
							Take everything back
						</button>
						{several && (
							<label className="inline">
								<input type="checkbox" checked={both} onChange={(event) => onBoth(event.target.checked)} />
								all runs shown
							</label>
						)}
					</div>
					{seen && <Outcome look={seen} problem={problem} />}
					{look.controls.length > 0 && (
						<h4>
							<Term words={LAMBDAS} formula="V′ₙ = λ₁V₁ + λ₂Vₙ">
								Weights on values, by layer
							</Term>
						</h4>
					)}
					<Lambdas key={run.info.id} controls={look.controls} intervention={intervention} onEdit={onEdit} />
					<TrainOn run={run} intervention={intervention} controls={look.controls} onTrain={onTrain} />
					<div className="flags">
						<Flag
							label="Without V₁"
							formula="λₙ₁ = 0 for n ≥ 2"
							words="Later layers read no value of the first layer."
							checked={intervention.withoutFirstValues}
							onChange={(value) => onEdit(dropFirstValues(value))}
						/>
						<Flag
							label="Softmax off by one"
							formula="exp z / (1 + Σ exp z)"
							words="A sink with logit 0 and value 0 in every layer: a head may attend to nothing."
							checked={intervention.sinkLogit}
							onChange={(value) => onEdit(addSinkLogit(value))}
						/>
					</div>
					{seen && (
						<Keys
							intervention={intervention}
							tokens={seen.baseline.frame.tokens}
							layers={seen.baseline.frame.layers}
							layer={layer}
							at={lockedKey}
							onEdit={onEdit}
						/>
					)}
					{seen && <NextTokens look={seen} position={at} colour={groupStyle(run.info).colour} />}
				</>
			)}
		</section>
	);
});

/** The loss on the text, untouched and touched. Only what an intervention does is spoken: while it trains, the loss alone always changes. */
function Outcome({ look: { baseline, intervened }, problem }: { look: ForwardPassResult; problem: string | null }) {
	const difference = intervened ? intervened.loss - baseline.loss : 0;
	return (
		<p className="outcome" role={intervened ? 'status' : undefined}>
			{Number.isFinite(baseline.loss) ? (
				<>
					Loss {formatLoss(baseline.loss)}
					{intervened && (
						<>
							{' → '}
							<strong>{formatLoss(intervened.loss)}</strong> ({difference < 0 ? '−' : '+'}
							{formatLoss(Math.abs(difference))})
						</>
					)}{' '}
					<span className="label">nats</span>
				</>
			) : (
				<span className="label">The task asks for no token of this text.</span>
			)}
			{problem && <span className="error"> {problem}</span>}
		</p>
	);
}

interface FlagProps {
	label: string;
	formula: string;
	words: string;
	checked: boolean;
	onChange(checked: boolean): void;
}

function Flag({ label, formula, words, checked, onChange }: FlagProps) {
	const tip = useTip(words, formula);
	return (
		<label className="flag" {...tip}>
			<input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
			{label}
		</label>
	);
}
