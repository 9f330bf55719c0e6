import { useState } from 'react';
import { type FieldName, pageSentence } from '../../../experiment/fields';
import { countRuns, MAX_SWEEP_RUNS, type SweepPoint } from '../../../experiment/sweep';
import type { Experiment } from '../../../experiment/types';
import { checkWithSentences } from '../../../experiment/validate';
import type { Estimate } from '../../../session/client/protocol';
import { Dialog } from '../../shared/Dialog';
import { formatDuration, plural } from '../../shared/format';
import type { ExperimentForm } from '../useExperiment';
import { AxisEditor } from './AxisEditor';
import { PointTable } from './PointTable';
import { couplingOf, KINDS, pointsOf, type SweepDraft, type SweepKind, sweepable, sweepDraftOf } from './sweepDraft';
import './sweepBuilder.css';

interface Props {
	/** The field whose “Sweep” was pressed. */
	field: FieldName;
	form: ExperimentForm;
	/** Cost of the form's experiment, its sweep included. */
	estimate: Estimate | null;
	onClose(): void;
}

/** Builds the form's sweep: each valid change is in the form at once. */
export default function SweepDialog({ field, form, estimate, onClose }: Props) {
	const { experiment } = form.draft;
	const [draft, setDraft] = useState(() => sweepDraftOf(experiment, field));
	const { points, problem } = checked(draft, experiment);
	const change = (part: Partial<SweepDraft>) => {
		const next = { ...draft, ...part };
		setDraft(next);
		const { points, problem } = checked(next, experiment);
		if (problem === null) form.sweep(points.length > 0 ? points : null);
	};
	const { kind, first, second, coupled } = draft;
	const fields = sweepable(experiment);
	const coupling = kind === 'field' ? couplingOf(first.field) : undefined;
	const applied = experiment.sweep !== undefined && problem === null;
	return (
		<Dialog title="Sweep" className="sweep-dialog" onClose={onClose}>
			<p className="muted">Every method and seed of the form trains at each point of the sweep.</p>
			<fieldset className="quantities">
				<legend className="hidden">What is swept</legend>
				{(Object.keys(KINDS) as SweepKind[]).map((name) => (
					<label key={name} className={name === kind ? 'chosen' : ''}>
						<input type="radio" className="hidden" name="sweep-kind" checked={name === kind} onChange={() => change({ kind: name })} />
						{KINDS[name]}
					</label>
				))}
			</fieldset>
			{kind !== 'layers' && (
				<AxisEditor label="Field" axis={first} fields={fields} experiment={experiment} onChange={(axis) => change({ first: axis })} />
			)}
			{coupling && (
				<label className="sweep-coupled">
					<input type="checkbox" checked={coupled} onChange={(event) => change({ coupled: event.target.checked })} />
					<span>Also changes: {coupling.label(experiment)}</span>
				</label>
			)}
			{kind === 'grid' && (
				<AxisEditor
					label="Second field"
					axis={second}
					fields={fields.filter((name) => name !== first.field)}
					experiment={experiment}
					onChange={(axis) => change({ second: axis })}
				/>
			)}
			{kind === 'layers' && (
				<p>
					Vanilla, and ResFormer that adds the first layer’s value in one layer alone (λ₁ 5, λ₂ 1): one point for each layer from the second
					on.
				</p>
			)}
			{problem !== null && (
				<p className="error" role="alert">
					{problem}
				</p>
			)}
			{points.length > 0 && <PointTable experiment={{ ...experiment, sweep: points }} />}
			<p role="status">{problem !== null && points.length === 0 ? '' : sizeText(points, experiment, applied ? estimate : null)}</p>
			<div className="fork-buttons">
				<button type="button" className="loud" onClick={onClose}>
					Done
				</button>
				{experiment.sweep && (
					<button
						type="button"
						onClick={() => {
							form.sweep(null);
							onClose();
						}}
					>
						Remove the sweep
					</button>
				)}
			</div>
		</Dialog>
	);
}

/** The draft's points, or the first problem of the experiment with them. */
function checked(draft: SweepDraft, experiment: Experiment): ReturnType<typeof pointsOf> {
	const built = pointsOf(draft, experiment);
	if (built.problem !== null || built.points.length === 0) return built;
	const [problem] = checkWithSentences({ ...experiment, sweep: built.points });
	return problem ? { points: built.points, problem: pageSentence(problem) } : built;
}

/** `4 points × 2 methods × 3 seeds = 24 runs of at most 300, about 2 min.` */
function sizeText(points: readonly SweepPoint[], experiment: Experiment, estimate: Estimate | null): string {
	if (points.length === 0) return 'Add a value to sweep over.';
	const own = points.some(({ methods }) => methods);
	const runs = countRuns({ ...experiment, sweep: [...points] });
	const parts = [
		plural(points.length, 'point'),
		...(own ? [] : [plural(experiment.methods.length, 'method')]),
		plural(experiment.seeds.length, 'seed'),
	];
	const time = estimate?.seconds ? `, about ${formatDuration(estimate.seconds)}` : '';
	return `${parts.join(' × ')} = ${plural(runs, 'run')} of at most ${MAX_SWEEP_RUNS}${time}.`;
}
