import { memo } from 'react';
import { type FieldName, fieldOf } from '../../experiment/fields';
import type { Experiment } from '../../experiment/types';
import { handleKey } from '../actions/action';
import { NUMBER_ACTIONS } from '../actions/writingActions';
import { useTip } from '../shared/tip';
import type { ExperimentForm } from './useExperiment';

type Props = Pick<ExperimentForm, 'type' | 'pick'> & {
	name: FieldName;
	text?: string;
	picked: unknown;
	error?: string;
	/** Its values in the sweep as text; undefined if it is not swept. */
	swept?: string;
	/** Opens the sweep's builder for a field. */
	onSweep(name: FieldName): void;
};

type FieldProps = Pick<Props, 'name' | 'swept' | 'onSweep'> & { form: ExperimentForm };

/** One row of the form, for any kind of field. Its error is below it and names the limits. */
export function Field({ name, form: { draft, type, pick }, ...sweep }: FieldProps) {
	return (
		<Row name={name} text={draft.texts[name]} picked={draft.picks[name]} error={draft.errors[name]} type={type} pick={pick} {...sweep} />
	);
}

/** Rendered again only when this field changes: the form has some thirty. */
const Row = memo(function Row({ name, text = '', picked, error, type, pick, swept, onSweep }: Props) {
	const field = fieldOf(name);
	const ids = { input: `field-${name}`, help: `help-${name}`, error: `error-${name}` };
	const tip = useTip(`${field.help} ${limitsIn(name)}`);
	const described = { 'aria-describedby': error ? `${ids.error} ${ids.help}` : ids.help, 'aria-invalid': error ? true : undefined };
	return (
		<div className={`field ${field.kind}`} {...tip}>
			<label htmlFor={ids.input}>{field.label}</label>
			{field.kind === 'number' && swept === undefined && (
				<button type="button" className="quiet sweep-field" aria-label={`Sweep ${field.label}`} onClick={() => onSweep(name)}>
					Sweep
				</button>
			)}
			{swept !== undefined ? (
				<button type="button" id={ids.input} className="swept-values ellipsis" title={swept} onClick={() => onSweep(name)} {...described}>
					{swept}
				</button>
			) : field.kind === 'choice' ? (
				<select
					id={ids.input}
					value={String(picked)}
					onChange={(e) => pick(name, e.target.value as Experiment[typeof name])}
					{...described}
				>
					{field.choices.map((choice) => (
						<option key={choice} value={choice}>
							{field.choiceLabels?.[choice] ?? choice}
						</option>
					))}
				</select>
			) : field.kind === 'flag' ? (
				<input
					id={ids.input}
					type="checkbox"
					checked={picked as boolean}
					onChange={(e) => pick(name, e.target.checked as Experiment[typeof name])}
					{...described}
				/>
			) : (
				<input
					id={ids.input}
					type="text"
					inputMode={field.kind === 'number' ? (field.integer ? 'numeric' : 'decimal') : 'text'}
					autoComplete="off"
					spellCheck={false}
					value={text}
					placeholder={field.kind === 'number' && field.whenNull ? 'auto' : undefined}
					onChange={(e) => type(name, e.target.value)}
					onKeyDown={(e) => nudge(e, name, type)}
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
});

/** A number field's limits and unit in a sentence; empty for the others. */
function limitsIn(name: FieldName): string {
	const field = fieldOf(name);
	if (field.kind !== 'number') return '';
	const unit = field.unit ? ` ${field.unit}` : '';
	return `${field.integer ? 'A whole number' : 'A number'} from ${field.min} to ${field.max}${unit}.`;
}

/** Arrow keys change a whole number by one, within the field's limits. */
function nudge(event: React.KeyboardEvent<HTMLInputElement>, name: FieldName, type: ExperimentForm['type']): void {
	const field = fieldOf(name);
	if (field.kind !== 'number' || !field.integer) return;
	const text = event.currentTarget.value.trim();
	const value = Number(text);
	if (text === '' || !Number.isInteger(value)) return;
	handleKey(NUMBER_ACTIONS, { change: (by) => type(name, String(Math.min(field.max, Math.max(field.min, value + by)))) }, event);
}
