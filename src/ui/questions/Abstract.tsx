/** The abstract of an opened question; loaded when there is one. */
import { type Judgement, judge, type Question } from '../../experiment/questions';
import type { Results } from '../../experiment/results';
import { countRuns } from '../../experiment/runs';
import type { RunView } from '../../session/client/store/labSnapshot';
import { ActionButton } from '../actions/ActionButton';
import { TRAINING_ACTIONS, type TrainingContext } from '../actions/trainingActions';
import { findingText } from '../measures/findingText';
import { judgedRuns } from '../measures/judged';
import { VerdictChip } from '../measures/VerdictChip';
import { formatDuration, plural } from '../shared/format';
import { Provenance, provenanceText } from '../shared/Provenance';
import './abstract.css';

interface Props {
	question: Question;
	/** Its runs: recorded, or in training. */
	runs: readonly RunView[];
	/** The results that the runs were read from; null of runs that train here. */
	recorded: { results: Results; own: boolean } | null;
	/** Open from the start: the question was chosen, not come upon by a link. */
	open: boolean;
	/** Runs of another experiment that this question hides. */
	hidden: number;
	onShowHidden(): void;
	training: TrainingContext;
}

/** Claim, prediction, result, what would refute it and what it cannot show, and the button that runs it here. */
export default function Abstract({ question, runs, recorded, open, hidden, onShowHidden, training }: Props) {
	const { claim, prediction, refutedBy, limits, experiment } = question;
	const { estimate, state } = training.lab;
	const own = runs.filter(({ info }) => info.fork === null);
	const finished = own.filter((run) => run.finished || run.divergedAt !== null).length;
	const count = countRuns(experiment);
	const here = recorded === null && runs.length > 0;
	const provenance = recorded && provenanceText(recorded.results, recorded.own);
	return (
		<details className="abstract" open={open}>
			<summary>Claim, prediction, result and limits</summary>
			<dl>
				<div>
					<dt>Claim</dt>
					<dd>
						{claim ? (
							<>
								{claim.text} <cite className="label">{claim.source}</cite>
							</>
						) : (
							'The paper makes no claim about this.'
						)}
					</dd>
				</div>
				<div>
					<dt>Prediction</dt>
					<dd>{prediction}</dd>
				</div>
				<div className="result">
					<dt>Result</dt>
					<dd>
						{here && finished < count ? (
							<p>
								{finished} of {plural(count, 'run')} finished here. The verdict follows when all have.
							</p>
						) : (
							<Result judgement={judge(question, judgedRuns(runs))} provenance={provenance} here={here} />
						)}
					</dd>
				</div>
				<div>
					<dt>What would refute it</dt>
					<dd>{refutedBy}</dd>
				</div>
				<div>
					<dt>What this cannot show</dt>
					<dd>{limits}</dd>
				</div>
			</dl>
			<p className="run-here">
				{!(here && state !== 'idle') && (
					<ActionButton action={TRAINING_ACTIONS.train} context={training} focusable>
						Run it here
					</ActionButton>
				)}
				<span className="label">
					{plural(count, 'run')}
					{estimate?.seconds != null && `, about ${formatDuration(estimate.seconds)} on this device`}
					{hidden > 0 && `. Your ${plural(hidden, 'run')} of another experiment ${hidden === 1 ? 'is' : 'are'} still there.`}
				</span>
				{hidden > 0 && (
					<button type="button" className="quiet" onClick={onShowHidden}>
						Show {hidden === 1 ? 'it' : 'them'}
					</button>
				)}
			</p>
		</details>
	);
}

/** The verdict, and each expectation with its number. */
function Result({ judgement, provenance, here }: { judgement: Judgement; provenance: string | null; here: boolean }) {
	const { verdict, findings } = judgement;
	const holding = findings.filter(({ outcome }) => outcome === 'holds').length;
	return (
		<>
			<p className="result-verdict">
				<VerdictChip verdict={verdict} />
				{here && <span className="label">on this device</span>}
				{provenance && <Provenance text={provenance} />}
				{verdict === 'not seen at this size' && findings.length > 1 && (
					<span className="label">
						{holding} of {findings.length} expectations {holding === 1 ? 'holds' : 'hold'}. A “yes” needs all of them.
					</span>
				)}
			</p>
			<ul className="findings">
				{findings.map(findingText).map(({ text, value, outcome }) => (
					<li key={text}>
						{text} <strong>{outcome}</strong>
						{value && <span className="label"> ({value})</span>}
					</li>
				))}
			</ul>
		</>
	);
}
