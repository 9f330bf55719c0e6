import { useState } from 'react';
import { type FieldName, pageSentence } from '../../../experiment/fields';
import { countRuns, sharedRunsSentence } from '../../../experiment/runs';
import { MAX_SWEEP_RUNS, type SweepPoint } from '../../../experiment/sweep';
import type { Experiment } from '../../../experiment/types';
import { checkWithSentences } from '../../../experiment/validate';
import type { Estimate } from '../../../session/client/protocol';
import { Dialog } from '../../shared/Dialog';
import { formatDuration, plural } from '../../shared/format';
import type { ExperimentForm } from '../useExperiment';
import { AxisEditor } from './AxisEditor';
import { MethodLists } from './MethodLists';
import { PointTable } from './PointTable';
import {
	couplingOf,
	KINDS,
	lambdaAxis,
	offeredLambdas,
	offeredMethods,
	pointsOf,
	type SweepAxis,
	type SweepDraft,
	type SweepKind,
	sweepable,
	sweepDraftOf,
	sweptField,
	sweptLambda,
} from './sweepDraft';
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
			<p className="muted">{OWN_METHODS.includes(kind) ? POINTS_NAME_METHODS : FORM_METHODS}</p>
			<fieldset className="quantities">
				<legend className="hidden">What is swept</legend>
				{(Object.keys(KINDS) as SweepKind[]).map((name) => (
					<label key={name} className={name === kind ? 'chosen' : ''}>
						<input type="radio" className="hidden" name="sweep-kind" checked={name === kind} onChange={() => change({ kind: name })} />
						{KINDS[name]}
					</label>
				))}
			</fieldset>
			{(kind === 'field' || kind === 'grid') && (
				<FieldAxis label="Field" axis={first} fields={fields} experiment={experiment} onChange={(axis) => change({ first: axis })} />
			)}
			{coupling && (
				<label className="sweep-coupled">
					<input type="checkbox" checked={coupled} onChange={(event) => change({ coupled: event.target.checked })} />
					<span>Also changes: {coupling.label(experiment)}</span>
				</label>
			)}
			{kind === 'grid' && (
				<FieldAxis
					label="Second field"
					axis={second}
					fields={fields.filter((name) => name !== first.field)}
					experiment={experiment}
					onChange={(axis) => change({ second: axis })}
				/>
			)}
			{OWN_METHODS.includes(kind) && <OwnMethods draft={draft} experiment={experiment} onChange={change} />}
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

/** Kinds whose points name their own methods. */
const OWN_METHODS: readonly SweepKind[] = ['lambda', 'methods', 'layers'];
const POINTS_NAME_METHODS = 'Each point has its own methods, which train with every seed of the form.';
const FORM_METHODS = 'Every method and seed of the form trains at each point of the sweep.';

interface OwnMethodsProps {
	draft: SweepDraft;
	experiment: Experiment;
	onChange(part: Partial<SweepDraft>): void;
}

/** The editor of points that name their own methods. */
function OwnMethods({ draft: { kind, lambda, lists }, experiment, onChange }: OwnMethodsProps) {
	if (kind === 'methods')
		return <MethodLists lists={lists} offered={offeredMethods(experiment, lists.flat())} onChange={(next) => onChange({ lists: next })} />;
	if (kind === 'layers')
		return (
			<p>
				Vanilla, and ResFormer that adds the first layer’s value in one layer alone (λ₁ 5, λ₂ 1): one point for each layer from the second
				on.
			</p>
		);
	const lambdas = offeredLambdas(experiment, lambda.of);
	return (
		<>
			<AxisEditor
				label="λ"
				chosen={sweptLambda(experiment, lambda.of)}
				choices={lambdas}
				values={lambda.values}
				onChoose={(key) => onChange({ lambda: lambdaAxis((lambdas.find((each) => each.key === key) ?? lambdas[0]).of) })}
				onValues={(values) => onChange({ lambda: { ...lambda, values } })}
			/>
			<p>Each point trains Vanilla and the method with one value of λ.</p>
		</>
	);
}

interface FieldAxisProps {
	label: string;
	axis: SweepAxis;
	fields: readonly FieldName[];
	experiment: Experiment;
	onChange(axis: SweepAxis): void;
}

function FieldAxis({ label, axis: { field, values }, fields, experiment, onChange }: FieldAxisProps) {
	const own = (name: FieldName) => (experiment[name] === null ? [] : [String(experiment[name])]);
	return (
		<AxisEditor
			label={label}
			chosen={sweptField(field)}
			choices={fields.map(sweptField)}
			values={values}
			onChoose={(name) => onChange({ field: name as FieldName, values: own(name as FieldName) })}
			onValues={(next) => onChange({ field, values: next })}
		/>
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
	const swept = { ...experiment, sweep: [...points] };
	const runs = countRuns(swept);
	const shared = sharedRunsSentence(swept);
	const parts = [
		plural(points.length, 'point'),
		...(own ? [] : [plural(experiment.methods.length, 'method')]),
		plural(experiment.seeds.length, 'seed'),
	];
	const time = estimate?.seconds ? `, about ${formatDuration(estimate.seconds)}` : '';
	return `${parts.join(' × ')}${shared ? ':' : ' ='} ${plural(runs, 'run')} of at most ${MAX_SWEEP_RUNS}${time}.${shared && ` ${shared}`}`;
}
