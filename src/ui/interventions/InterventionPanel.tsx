import type { ReactNode } from 'react';
import { changesNothing, INTERVENTIONS } from '../../experiment/interventions';
import { type Edit, resetAll } from '../../experiment/interventions/edits';
import type { ForwardPassResult } from '../../experiment/records/forwardPass';
import { readsVectors } from '../../experiment/tasks';
import { formatLoss } from '../shared/format';
import { Term } from '../shared/tip';
import type { Selection } from '../shared/useInterventions';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import { ChangeList } from './ChangeList';
import { type ControlProps, ModelControls, PlaceControls, WeightControls } from './Controls';
import { NextTokens } from './NextTokens';
import { TrainOn } from './TrainOn';
import './interventions.css';

/** Interventions on one run's forward pass, and their effect compared with the original. */
export default function InterventionPanel(selection: Selection) {
	const { run, interventions, live, onLatest } = selection;
	const { result, pending, problem } = interventions.stateOf(run);
	return (
		<section className="interventions" aria-label={`Interventions on ${run.name}`} aria-busy={pending}>
			<div className="interventions-head">
				<h3>Interventions</h3>
				<Swatch style={groupStyle(run.info)} />
				<span className="ellipsis">{run.name}</span>
			</div>
			{!live ? (
				<Note>
					Interventions work at the latest step.{' '}
					<button type="button" onClick={onLatest}>
						Go there
					</button>
				</Note>
			) : result ? (
				<OpenPanel {...selection} result={result} />
			) : (
				<Note>{problem || 'Running…'}</Note>
			)}
		</section>
	);
}

const Note = ({ children }: { children: ReactNode }) => <p className="label">{children}</p>;

/** Controls, changes and effect of the focused run. */
function OpenPanel({ result, ...selection }: Selection & { result: ForwardPassResult }) {
	const { run, several, interventions, layer, head, position, lockedKey } = selection;
	const { edit, onAll, setOnAll, trainOn, text, stateOf } = interventions;
	const { intervention, question, problem } = stateOf(run);
	const vectors = readsVectors(run.info.experiment);
	const intervened = !changesNothing(intervention);
	const onEdit = (change: Edit) => edit(run, change);
	// The answer to an earlier question stays on the page until the present one is answered, unless it is of another text.
	const passes = question?.text === text ? { ...result, intervened: intervened ? result.intervened : null } : null;
	const { controls } = result;
	const names = { tokens: passes?.baseline.frame.tokens ?? [], controls };
	const shared = { intervention, names, onEdit };
	return (
		<>
			<div className="keys-row">
				<button type="button" disabled={!intervened} onClick={() => onEdit(resetAll)}>
					Reset all
				</button>
				{several && (
					<label className="inline">
						<input type="checkbox" checked={onAll} onChange={(event) => setOnAll(event.target.checked)} />
						all runs shown
					</label>
				)}
			</div>
			{passes && <Effect passes={passes} unit={vectors ? 'squared error' : 'nats'} problem={problem} />}
			{controls.length > 0 && (
				<h4>
					<Term text={INTERVENTIONS.lambdas.help} formula={INTERVENTIONS.lambdas.formula}>
						{INTERVENTIONS.lambdas.label}
					</Term>
				</h4>
			)}
			{/* Keyed by run: another run's fields must not keep a half-typed number. */}
			<div key={run.info.id} className="number-controls">
				<WeightControls {...shared} />
			</div>
			<TrainOn run={run} intervention={intervention} controls={controls} onTrain={() => trainOn(run)} />
			<ModelControls {...shared} />
			{passes && (
				<>
					<SelectedControls {...shared} layer={layer} head={head} lockedKey={lockedKey} />
					<ChangeList {...shared} layers={passes.baseline.frame.layers} layer={layer} />
					{!vectors && <NextTokens run={run} result={passes} position={position} colour={groupStyle(run.info).colour} />}
				</>
			)}
		</>
	);
}

/** Controls of the open layer, the open head and the locked key. */
function SelectedControls({ layer, head, lockedKey, ...controls }: ControlProps & Pick<Selection, 'layer' | 'head' | 'lockedKey'>) {
	const key = lockedKey !== null && lockedKey < controls.names.tokens.length ? lockedKey : 0;
	return (
		<div className="number-controls">
			<PlaceControls target="layer" place={{ layer }} {...controls} />
			<PlaceControls target="head" place={{ layer, head }} {...controls} />
			<PlaceControls target="key" place={{ key, layer: null }} {...controls} />
			<Note>{lockedKey === null ? 'Click a cell to choose another key.' : 'The locked cell’s key.'}</Note>
		</div>
	);
}

/** Loss on the text, original and changed. A status only while an intervention acts: otherwise it changes with every step. */
function Effect({ passes: { baseline, intervened }, unit, problem }: { passes: ForwardPassResult; unit: string; problem: string | null }) {
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
					<span className="label">{unit}</span>
				</>
			) : (
				<span className="label">The task predicts no token of this text.</span>
			)}
			{problem && <span className="error"> {problem}</span>}
		</p>
	);
}
