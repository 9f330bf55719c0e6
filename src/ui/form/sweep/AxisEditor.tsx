import { useId, useState } from 'react';
import { type FieldName, fieldOf, limitsOf } from '../../../experiment/fields';
import type { Experiment } from '../../../experiment/types';
import { type SweepAxis, spread } from './sweepDraft';

interface Props {
	label: string;
	axis: SweepAxis;
	fields: readonly FieldName[];
	experiment: Experiment;
	onChange(axis: SweepAxis): void;
}

/** A field and its values: chips that can be removed, a field that adds some, and evenly spaced ones. */
export function AxisEditor({ label, axis, fields, experiment, onChange }: Props) {
	const id = useId();
	const { field, values } = axis;
	const own = (name: FieldName) => (experiment[name] === null ? [] : [String(experiment[name])]);
	return (
		<fieldset className="sweep-axis">
			<legend className="hidden">{label}</legend>
			<label htmlFor={id}>{label}</label>
			<select
				id={id}
				value={field}
				onChange={(event) => onChange({ field: event.target.value as FieldName, values: own(event.target.value as FieldName) })}
			>
				{fields.map((name) => (
					<option key={name} value={name}>
						{fieldOf(name).label}
					</option>
				))}
			</select>
			<span>Values</span>
			<div>
				<ul className="chips" aria-label={`Values of ${fieldOf(field).label}`}>
					{values.map((value) => (
						<li key={value}>
							{value}
							<button
								type="button"
								className="quiet"
								aria-label={`Remove ${value}`}
								onClick={() => onChange({ field, values: values.filter((other) => other !== value) })}
							>
								×
							</button>
						</li>
					))}
				</ul>
				<AddValues key={field} axis={axis} onChange={onChange} />
			</div>
			<span>From – to</span>
			<Spread key={field} axis={axis} onChange={onChange} />
		</fieldset>
	);
}

type EditorProps = Pick<Props, 'axis' | 'onChange'>;

/** Values in the order of their size; texts that are no numbers last. */
const sorted = (values: readonly string[]): string[] =>
	[...new Set(values)].sort((a, b) => (Number.isNaN(Number(a)) ? 1 : Number.isNaN(Number(b)) ? -1 : Number(a) - Number(b)));

/** Adds the typed values: one, or several between commas. */
function AddValues({ axis: { field, values }, onChange }: EditorProps) {
	const [text, setText] = useState('');
	const typed = text.split(/[\s,;]+/).filter(Boolean);
	const add = () => {
		if (typed.length === 0) return;
		onChange({ field, values: sorted([...values, ...typed]) });
		setText('');
	};
	return (
		<form
			className="sweep-add"
			onSubmit={(event) => {
				event.preventDefault();
				add();
			}}
		>
			<input
				type="text"
				inputMode="decimal"
				aria-label={`Add values of ${fieldOf(field).label}`}
				placeholder="32, 128"
				autoComplete="off"
				spellCheck={false}
				value={text}
				onChange={(event) => setText(event.target.value)}
			/>
			<button type="submit" aria-disabled={typed.length === 0}>
				Add
			</button>
		</form>
	);
}

/** Most values that “Fill” makes. */
const MOST = 50;

/** Replaces the values by evenly spaced ones, or by ones at equal factors. */
function Spread({ axis: { field, values }, onChange }: EditorProps) {
	const [low, setLow] = useState('');
	const [high, setHigh] = useState('');
	const [count, setCount] = useState(String(Math.max(4, values.length)));
	const [byFactor, setByFactor] = useState(true);
	const [problem, setProblem] = useState('');
	const fill = () => {
		const [from, to, steps] = [low, high, count].map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
		if (!Number.isFinite(from) || !Number.isFinite(to) || !(from < to)) return setProblem('“From” must be a number below “to”.');
		if (!Number.isInteger(steps) || steps < 2 || steps > MOST)
			return setProblem(`The number of values must be a whole number from 2 to ${MOST}.`);
		if (byFactor && from <= 0) return setProblem('Equal factors need “from” to be above 0.');
		setProblem('');
		onChange({ field, values: spread(field, from, to, steps, byFactor) });
	};
	return (
		<div className="sweep-spread">
			<Small label="from" value={low} onChange={setLow} />
			<Small label="to" value={high} onChange={setHigh} />
			<Small label="in" value={count} onChange={setCount} name="Number of values" />
			<select aria-label="Spacing" value={byFactor ? 'factor' : 'even'} onChange={(event) => setByFactor(event.target.value === 'factor')}>
				<option value="factor">by equal factors</option>
				<option value="even">evenly</option>
			</select>
			<button type="button" onClick={fill}>
				Fill
			</button>
			<p className="label">{`${fieldOf(field).label}: ${limitsOf(field, 'empty')}.`}</p>
			{problem && (
				<p className="error" role="alert">
					{problem}
				</p>
			)}
		</div>
	);
}

function Small({ label, name = label, value, onChange }: { label: string; name?: string; value: string; onChange(text: string): void }) {
	return (
		<label className="inline">
			{label}
			<input
				type="text"
				inputMode="decimal"
				aria-label={name}
				autoComplete="off"
				spellCheck={false}
				value={value}
				onChange={(event) => onChange(event.target.value)}
			/>
		</label>
	);
}
