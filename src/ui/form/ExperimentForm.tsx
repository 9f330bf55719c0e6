import { memo, type ReactNode, useMemo, useState } from 'react';
import type { FieldGroup } from '../../experiment/fieldKinds';
import { FIELD_NAMES, type FieldName, fieldOf, isUsed } from '../../experiment/fields';
import { countRuns } from '../../experiment/runs';
import { MAX_SWEEP_RUNS, sweepPoints, sweptFields } from '../../experiment/sweep';
import type { Experiment } from '../../experiment/types';
import type { Estimate } from '../../session/client/protocol';
import { lazyDialog } from '../shared/dialogScripts';
import { formatCount, plural } from '../shared/format';
import { Field } from './Field';
import { MethodPicker } from './MethodPicker';
import { OwnText } from './OwnText';
import type { ExperimentForm as Form } from './useExperiment';

const SweepDialog = lazyDialog(() => import('./sweep/SweepDialog'));

/** The experiment, field by field, from the table of fields. */
export const ExperimentForm = memo(function ExperimentForm({ form, estimate }: { form: Form; estimate: Estimate | null }) {
	const [sweeping, setSweeping] = useState<FieldName | null>(null);
	const { experiment, picks, errors } = form.draft;
	const { sweep } = picks;
	const swept = useMemo(() => sweptTexts(experiment), [experiment]);
	const runs = useMemo(() => countRuns(sweep ? { ...experiment, sweep } : experiment), [experiment, sweep]);
	const groups = { form, swept, refused: estimate?.problems ?? [], onSweep: setSweeping };
	return (
		<div className="experiment-form">
			<Group title="Task" group="task" {...groups} />
			<MethodPicker form={form} estimate={estimate} onSweep={() => setSweeping('methods')} />
			<Group title="Model" group="model" summary={modelText(experiment)} {...groups} />
			<Group title="Training" group="training" more={['probe']} summary={trainingText(experiment)} {...groups} />
			{sweep && (
				<fieldset className="group sweep-group">
					<legend>Sweep</legend>
					<p className="label">
						{plural(sweep.length, 'point')}, {plural(runs, 'run')} of at most {MAX_SWEEP_RUNS}
					</p>
					<button type="button" onClick={() => setSweeping(FIELD_NAMES.find((name) => swept[name] !== undefined) ?? 'sequenceLength')}>
						Edit
					</button>
					<button type="button" onClick={() => form.sweep(null)}>
						Remove
					</button>
					{errors.sweep && (
						<p className="error" role="alert">
							{errors.sweep}
						</p>
					)}
				</fieldset>
			)}
			{sweeping && <SweepDialog field={sweeping} form={form} estimate={estimate} onClose={() => setSweeping(null)} />}
		</div>
	);
});

/** The values of each swept number field in the order of the points, as text. */
function sweptTexts(experiment: Experiment): Partial<Record<FieldName, string>> {
	if (!experiment.sweep) return {};
	const points = sweepPoints(experiment);
	const numbers = sweptFields(experiment).filter((name) => fieldOf(name).kind === 'number');
	return Object.fromEntries(
		numbers.map((name) => [name, [...new Set(points.map((point) => point.experiment[name] ?? 'auto'))].join(', ')]),
	);
}

interface GroupProps {
	title: string;
	group: FieldGroup;
	more?: FieldGroup[];
	/** The group's values in brief: its fields are folded behind them. Absent: they are not folded. */
	summary?: string;
	form: Form;
	/** `sweptTexts` */
	swept: Partial<Record<FieldName, string>>;
	/** Why this device can't train the experiment, by field. The line of costs shows the reasons. */
	refused: Estimate['problems'];
	onSweep(name: FieldName): void;
}

function Group({ title, group, form, more = [], summary, swept, refused, onSweep }: GroupProps) {
	const { picks } = form.draft;
	const names = FIELD_NAMES.filter((name) => [group, ...more].includes(fieldOf(name).group) && isUsed(name, picks));
	const main = names.filter((name) => fieldOf(name).main);
	const rest = names.filter((name) => !fieldOf(name).main);
	const inNeed = (fields: readonly FieldName[]) =>
		fields.some((name) => form.draft.errors[name] || swept[name] || refused.some(({ field }) => field === name));
	const fields = (
		<>
			{main.map((name) =>
				fieldOf(name).kind === 'text' ? (
					<OwnText key={name} form={form} />
				) : (
					<Field key={name} name={name} form={form} swept={swept[name]} onSweep={onSweep} />
				),
			)}
			{rest.length > 0 && (
				<Fields summary="More" inNeed={inNeed(rest)}>
					{rest.map((name) => (
						<Field key={name} name={name} form={form} swept={swept[name]} onSweep={onSweep} />
					))}
				</Fields>
			)}
		</>
	);
	return (
		<fieldset className="group">
			<legend>{title}</legend>
			{summary === undefined ? (
				fields
			) : (
				<Fields summary={summary} inNeed={inNeed(names)}>
					{fields}
				</Fields>
			)}
		</fieldset>
	);
}

interface FieldsProps {
	summary: string;
	/** Opens it: a field inside has an error, is swept or can't be used here. It then stays open, because the user is typing there. */
	inNeed: boolean;
	children: ReactNode;
}

/** Fields on demand. */
function Fields({ summary, inNeed, children }: FieldsProps) {
	const [open, setOpen] = useState(false);
	return (
		<details open={open || inNeed} onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{summary}</summary>
			{children}
		</details>
	);
}

const modelText = ({ layers, heads, hiddenSize, sequenceLength }: Experiment): string =>
	`${plural(layers, 'layer')}, ${plural(heads, 'head')}, size ${formatCount(hiddenSize)}, length ${formatCount(sequenceLength)}`;

const trainingText = ({ steps, seeds, learningRate }: Experiment): string =>
	`${plural(steps, 'step')}, ${plural(seeds.length, 'seed')}, learning rate ${learningRate}`;
