import { type FieldName, fieldOf } from '../../experiment/fields';
import type { Experiment } from '../../experiment/types';
import { useTip } from '../tip';
import type { ExperimentForm } from './useExperiment';

const CHOICE_WORDS: Record<string, string> = {
	text: 'Moby-Dick characters',
	backcopy: 'Bigram-Backcopy',
	cosine: 'cosine',
	constant: 'constant',
};

/** One row of the form, whatever kind of field it is; its error stands below it and names the limits. */
export function Field({ name, form }: { name: FieldName; form: ExperimentForm }) {
	const field = fieldOf(name);
	const error = form.draft.errors[name];
	const ids = { input: `field-${name}`, help: `help-${name}`, error: `error-${name}` };
	const tip = useTip(`${field.help} ${limitsIn(name)}`);
	const described = { 'aria-describedby': error ? `${ids.error} ${ids.help}` : ids.help, 'aria-invalid': error ? true : undefined };
	return (
		<div className={`field ${field.kind}`} {...tip}>
			<label htmlFor={ids.input}>{field.label}</label>
			{field.kind === 'choice' ? (
				<select
					id={ids.input}
					value={String(form.draft.picks[name])}
					onChange={(e) => form.pick(name, e.target.value as Experiment[typeof name])}
					{...described}
				>
					{field.choices.map((choice) => (
						<option key={choice} value={choice}>
							{CHOICE_WORDS[choice] ?? choice}
						</option>
					))}
				</select>
			) : field.kind === 'flag' ? (
				<input
					id={ids.input}
					type="checkbox"
					checked={form.draft.picks[name] as boolean}
					onChange={(e) => form.pick(name, e.target.checked as Experiment[typeof name])}
					{...described}
				/>
			) : (
				<input
					id={ids.input}
					type="text"
					inputMode={field.kind === 'number' ? (field.integer ? 'numeric' : 'decimal') : 'text'}
					autoComplete="off"
					spellCheck={false}
					value={form.draft.texts[name] ?? ''}
					placeholder={field.kind === 'number' && field.whenNull ? 'auto' : undefined}
					onChange={(e) => form.type(name, e.target.value)}
					onKeyDown={(e) => nudge(e, name, form)}
					{...described}
				/>
			)}
			<span id={ids.help} className="hidden">
				{field.help} {limitsIn(name)}
			</span>
			{error && (
				<p id={ids.error} className="error" role="alert">
					{error}
				</p>
			)}
		</div>
	);
}

/** A number field's limits and unit in a sentence; empty for the others. */
function limitsIn(name: FieldName): string {
	const field = fieldOf(name);
	if (field.kind !== 'number') return '';
	const unit = field.unit ? ` ${field.unit}` : '';
	return `${field.integer ? 'A whole number' : 'A number'} from ${field.min} to ${field.max}${unit}.`;
}

/** Arrow up and down change a whole number by one, inside its limits. */
function nudge(event: React.KeyboardEvent<HTMLInputElement>, name: FieldName, form: ExperimentForm): void {
	const field = fieldOf(name);
	if (field.kind !== 'number' || !field.integer || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
	const value = Number(event.currentTarget.value);
	if (event.currentTarget.value.trim() === '' || !Number.isInteger(value)) return;
	event.preventDefault();
	const next = value + (event.key === 'ArrowUp' ? 1 : -1);
	form.type(name, String(Math.min(field.max, Math.max(field.min, next))));
}
