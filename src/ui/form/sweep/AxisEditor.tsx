import { useId, useState } from 'react';
import { type Swept, spread } from './sweepDraft';

interface Props {
	label: string;
	chosen: Swept;
	choices: readonly Swept[];
	/** As they were typed. */
	values: readonly string[];
	onChoose(key: string): void;
	onValues(values: readonly string[]): void;
}

/** A choice of what is swept, and its values: chips that can be removed, a field that adds some, and evenly spaced ones. */
export function AxisEditor({ label, chosen, choices, values, onChoose, onValues }: Props) {
	const id = useId();
	const editor = { swept: chosen, values, onValues };
	return (
		<fieldset className="sweep-axis">
			<legend className="hidden">{label}</legend>
			<label htmlFor={id}>{label}</label>
			<select id={id} value={chosen.key} onChange={(event) => onChoose(event.target.value)}>
				{choices.map((choice) => (
					<option key={choice.key} value={choice.key}>
						{choice.label}
					</option>
				))}
			</select>
			<span>Values</span>
			<div>
				<ul className="chips" aria-label={`Values of ${chosen.label}`}>
					{values.map((value) => (
						<li key={value}>
							{value}
							<button
								type="button"
								className="quiet"
								aria-label={`Remove ${value}`}
								onClick={() => onValues(values.filter((other) => other !== value))}
							>
								×
							</button>
						</li>
					))}
				</ul>
				<AddValues key={chosen.key} {...editor} />
			</div>
			<span>From – to</span>
			<Spread key={chosen.key} {...editor} />
		</fieldset>
	);
}

type EditorProps = Pick<Props, 'values' | 'onValues'> & { swept: Swept };

/** Values in the order of their size; texts that are no numbers last. */
const sorted = (values: readonly string[]): string[] =>
	[...new Set(values)].sort((a, b) => (Number.isNaN(Number(a)) ? 1 : Number.isNaN(Number(b)) ? -1 : Number(a) - Number(b)));

/** Adds the typed values: one, or several between commas. */
function AddValues({ swept, values, onValues }: EditorProps) {
	const [text, setText] = useState('');
	const typed = text
		.replace(/−/g, '-')
		.split(/[\s,;]+/)
		.filter(Boolean);
	const add = () => {
		if (typed.length === 0) return;
		onValues(sorted([...values, ...typed]));
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
				aria-label={`Add values of ${swept.label}`}
				placeholder={swept.integer ? '32, 128' : '0.5, 2'}
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
function Spread({ swept, values, onValues }: EditorProps) {
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
		onValues(spread(swept.integer, from, to, steps, byFactor));
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
			<p className="label">{`${swept.label}: ${swept.limits}.`}</p>
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
