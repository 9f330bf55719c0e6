import { fieldOf, limitsOf } from '../../../experiment/fields';
import type { ForkField } from '../../../experiment/fork';
import { METHOD_GROUPS, METHODS } from '../../../experiment/methods/catalogue';
import { parseMethod } from '../../../experiment/methods/names';
import { type ForkDraft, type ForkState, fieldLabel, shownValue } from './forkDraft';

interface Props {
	draft: ForkDraft;
	field: ForkField;
	problem: ForkState['problem'];
	/** Reason why the fork has this field, if it is not the one that the user chose. */
	why?: string;
	onChange(field: ForkField, value: string): void;
}

/** A field that a fork changes, with its limits and its error. */
export function ForkValue({ draft, field, problem, why, onChange }: Props) {
	const entry = fieldOf(field);
	const value = shownValue(draft, field);
	const id = `fork-${field}`;
	const [errorId, helpId] = [`${id}-problem`, `${id}-help`];
	const wrong = problem?.field === field ? problem.text : null;
	const common = {
		id,
		value,
		onChange: (event: { target: { value: string } }) => onChange(field, event.target.value),
		'aria-invalid': wrong ? true : undefined,
		'aria-describedby': wrong ? `${errorId} ${helpId}` : helpId,
	};
	return (
		<div className="fork-value">
			<label htmlFor={id}>{fieldLabel(field)}</label>
			{entry.kind === 'methods' ? (
				<select {...common}>
					<Methods chosen={value} />
				</select>
			) : entry.kind === 'choice' ? (
				<select {...common}>
					{entry.choices.map((choice) => (
						<option key={choice} value={choice}>
							{entry.choiceLabels?.[choice] ?? choice}
						</option>
					))}
				</select>
			) : (
				<input {...common} type="text" inputMode="decimal" autoComplete="off" spellCheck={false} />
			)}
			{wrong && (
				<p id={errorId} className="error" role="alert">
					{wrong}
				</p>
			)}
			<p id={helpId} className="label">
				{why ?? entry.help} {helpOf(field)}
			</p>
		</div>
	);
}

/** The limits of a typed value; empty for lists, which show their choices. */
function helpOf(field: ForkField): string {
	if (['methods', 'choice'].includes(fieldOf(field).kind)) return '';
	const limits = field === 'seeds' ? 'one whole number' : limitsOf(field, 'empty');
	return `${limits[0].toUpperCase()}${limits.slice(1)}.`;
}

/** Methods by group, as in the form, and the chosen one if it isn't among them. */
function Methods({ chosen }: { chosen: string }) {
	const own = parseMethod(chosen);
	return (
		<>
			{!METHODS.some(({ name }) => name === chosen) && <option value={chosen}>{own.ok ? own.method.label : chosen}</option>}
			{METHOD_GROUPS.map((group) => (
				<optgroup key={group.name} label={group.name}>
					{METHODS.filter((entry) => entry.group === group).map(({ name, label }) => (
						<option key={name} value={name}>
							{label}
						</option>
					))}
				</optgroup>
			))}
		</>
	);
}
