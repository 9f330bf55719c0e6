import { memo, useEffect, useRef, useState } from 'react';
import { METHODS, type MethodEntry, methodAvailable, parseMethod } from '../../experiment/methods';
import { runStyle } from '../style/runStyle';
import { Swatch } from '../style/Swatch';
import { useTip } from '../tip';
import type { ExperimentForm } from './useExperiment';

type Listed = Pick<MethodEntry, 'name' | 'label' | 'formula'>;

/** The methods that can be compared, each with its line and, on hover or focus, its formula. */
export function MethodPicker({ form }: { form: ExperimentForm }) {
	const chosen = form.draft.picks.methods;
	const catalogue: Listed[] = METHODS.filter((entry) => entry.available);
	const added = chosen.filter((name) => !catalogue.some((entry) => entry.name === name)).map(entryOf);
	const change = (name: string) => {
		const all = [...catalogue, ...added].map((entry) => entry.name);
		const next = chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name];
		form.pick(
			'methods',
			all.filter((other) => next.includes(other)),
		);
	};
	const latest = useRef(change);
	useEffect(() => {
		latest.current = change;
	});
	const [toggle] = useState(() => (name: string) => latest.current(name));
	const error = form.draft.errors.methods;
	return (
		<fieldset className="group methods" aria-describedby={error ? 'error-methods' : undefined}>
			<legend>Methods</legend>
			{[...catalogue, ...added].map((entry) => (
				<MethodRow
					key={entry.name}
					name={entry.name}
					label={entry.label}
					formula={entry.formula}
					checked={chosen.includes(entry.name)}
					onToggle={toggle}
				/>
			))}
			{error && (
				<p id="error-methods" className="error" role="alert">
					{error}
				</p>
			)}
			<AddMethod onAdd={(name) => chosen.includes(name) || form.pick('methods', [...chosen, name])} />
		</fieldset>
	);
}

function entryOf(name: string): Listed {
	const result = parseMethod(name);
	return { name, label: result.ok ? result.method.label : name, formula: name };
}

type RowProps = Listed & { checked: boolean; onToggle(name: string): void };

/** Drawn again only when it is ticked or not: there are some twenty. */
const MethodRow = memo(function MethodRow({ name, label, formula, checked, onToggle }: RowProps) {
	const result = parseMethod(name);
	const tip = useTip('', formula);
	const id = `formula-${name}`;
	return (
		<label className="method" {...tip}>
			<input type="checkbox" checked={checked} onChange={() => onToggle(name)} aria-describedby={id} />
			{result.ok && <Swatch style={runStyle(result.method)} />}
			<span>{label}</span>
			<span id={id} className="hidden">
				{formula}
			</span>
		</label>
	);
});

/** A method by its name, for those that the list doesn't hold, such as `resformer:constant(3;1)` or `svformer+gqa:2`. */
function AddMethod({ onAdd }: { onAdd(name: string): void }) {
	const [text, setText] = useState('');
	const [error, setError] = useState('');
	const add = () => {
		const result = parseMethod(text);
		if (!result.ok) return setError(`${result.message}`);
		if (!methodAvailable(result.method)) return setError(`${result.method.label} is not available yet.`);
		onAdd(result.method.name);
		setText('');
		setError('');
	};
	return (
		<details>
			<summary>Another, by name</summary>
			<form
				className="add-method"
				onSubmit={(event) => {
					event.preventDefault();
					add();
				}}
			>
				<input
					aria-label="Name of a method"
					className="mono"
					placeholder="svformer+gqa:2"
					value={text}
					onChange={(e) => setText(e.target.value)}
					aria-describedby={error ? 'error-add-method' : undefined}
					spellCheck={false}
					autoComplete="off"
				/>
				<button type="submit">Add</button>
			</form>
			{error && (
				<p id="error-add-method" className="error" role="alert">
					{error}
				</p>
			)}
		</details>
	);
}
