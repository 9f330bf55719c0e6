import { memo } from 'react';
import type { FieldGroup } from '../../experiment/fieldKinds';
import { FIELD_NAMES, fieldOf, isUsed } from '../../experiment/fields';
import type { Estimate } from '../../session/client/protocol';
import { Field } from './Field';
import { MethodPicker } from './MethodPicker';
import { OwnText } from './OwnText';
import type { ExperimentForm as Form } from './useExperiment';

/** The experiment, field by field, from the table of fields. */
export const ExperimentForm = memo(function ExperimentForm({ form, estimate }: { form: Form; estimate: Estimate | null }) {
	return (
		<div className="experiment-form">
			<Group title="Task" group="task" form={form} />
			<Group title="Model" group="model" form={form} />
			<MethodPicker form={form} estimate={estimate} />
			<Group title="Training" group="training" form={form} more={['probe']} />
		</div>
	);
});

function Group({ title, group, form, more = [] }: { title: string; group: FieldGroup; form: Form; more?: FieldGroup[] }) {
	const { picks } = form.draft;
	const names = FIELD_NAMES.filter((name) => [group, ...more].includes(fieldOf(name).group) && isUsed(name, picks));
	const main = names.filter((name) => fieldOf(name).main);
	const rest = names.filter((name) => !fieldOf(name).main);
	const hidden = rest.some((name) => form.draft.errors[name]);
	return (
		<fieldset className="group">
			<legend>{title}</legend>
			{main.map((name) =>
				fieldOf(name).kind === 'text' ? <OwnText key={name} form={form} /> : <Field key={name} name={name} form={form} />,
			)}
			{rest.length > 0 && (
				<details open={hidden || undefined}>
					<summary>More</summary>
					{rest.map((name) => (
						<Field key={name} name={name} form={form} />
					))}
				</details>
			)}
		</fieldset>
	);
}
