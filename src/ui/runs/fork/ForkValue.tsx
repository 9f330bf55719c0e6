import { fieldOf, limitsOf } from '../../../experiment/fields';
import { METHOD_GROUPS, METHODS } from '../../../experiment/methods/catalogue';
import { parseMethod } from '../../../experiment/methods/names';
import { type ForkDraft, fieldLabel, shownValue } from './forkDraft';

interface Props {
	draft: ForkDraft;
	problem: string | null;
	onChange(value: string): void;
}

/** The field that a fork changes, with its limits and its error. */
export function ForkValue({ draft, problem, onChange }: Props) {
	const { field } = draft;
	const entry = fieldOf(field);
	const value = shownValue(draft);
	const common = {
		id: 'fork-value',
		value,
		onChange: (event: { target: { value: string } }) => onChange(event.target.value),
		'aria-invalid': problem ? true : undefined,
		'aria-describedby': problem ? 'fork-problem fork-help' : 'fork-help',
	};
	return (
		<div className="fork-value">
			<label htmlFor="fork-value">{fieldLabel(field)}</label>
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
			{problem && (
				<p id="fork-problem" className="error" role="alert">
					{problem}
				</p>
			)}
			<p id="fork-help" className="label">
				{entry.help} {helpOf(field)}
			</p>
		</div>
	);
}

/** The limits of a typed value; empty for lists, which show their choices. */
function helpOf(field: ForkDraft['field']): string {
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
