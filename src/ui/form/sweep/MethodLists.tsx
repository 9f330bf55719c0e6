import { useId, useState } from 'react';
import { methodLabel, parseMethod } from '../../../experiment/methods/names';
import { sentence } from '../../shared/format';

type Lists = readonly (readonly string[])[];

interface Props {
	/** The methods of each point, by their canonical names. */
	lists: Lists;
	/** Methods to choose from. */
	offered: readonly { name: string; label: string }[];
	onChange(lists: Lists): void;
}

/** The methods of each point of a sweep, which can be added and removed. */
export function MethodLists({ lists, offered, onChange }: Props) {
	const replace = (index: number, methods: readonly string[]) => onChange(lists.map((other, i) => (i === index ? methods : other)));
	return (
		<fieldset className="sweep-lists">
			<legend className="hidden">Lists of methods</legend>
			{lists.map((methods, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a point is its place
				<fieldset key={index} className="sweep-list">
					<legend>Point {index + 1}</legend>
					<ul className="chips" aria-label={`Methods of point ${index + 1}`}>
						{methods.map((name) => (
							<li key={name}>
								{methodLabel(name)}
								<button
									type="button"
									className="quiet"
									aria-label={`Remove ${methodLabel(name)} from point ${index + 1}`}
									onClick={() =>
										replace(
											index,
											methods.filter((other) => other !== name),
										)
									}
								>
									×
								</button>
							</li>
						))}
					</ul>
					<AddToPoint
						point={index + 1}
						offered={offered.filter(({ name }) => !methods.includes(name))}
						onAdd={(name) => methods.includes(name) || replace(index, [...methods, name])}
					/>
					{lists.length > 1 && (
						<button
							type="button"
							className="quiet"
							aria-label={`Remove point ${index + 1}`}
							onClick={() => onChange(lists.filter((_, i) => i !== index))}
						>
							Remove the point
						</button>
					)}
				</fieldset>
			))}
			<button type="button" onClick={() => onChange([...lists, another(lists, offered)])}>
				Add a point
			</button>
		</fieldset>
	);
}

/** The last point with another method in the place of its last. */
function another(lists: Lists, offered: Props['offered']): string[] {
	const unused = offered.find(({ name }) => lists.every((methods) => !methods.includes(name)));
	return [...(lists.at(-1)?.slice(0, -1) ?? []), ...(unused ? [unused.name] : [])];
}

/** The choice that lets a name be typed. No method has this name. */
const BY_NAME = '';

interface AddProps {
	/** Number of the point, from 1. */
	point: number;
	offered: Props['offered'];
	onAdd(name: string): void;
}

/** Adds a method that is listed, or one by its name. */
function AddToPoint({ point, offered, onAdd }: AddProps) {
	const id = useId();
	const [chosen, setChosen] = useState<string | null>(null);
	const [text, setText] = useState('');
	const [error, setError] = useState('');
	// The method chosen before is in the list now.
	const name = chosen === BY_NAME || offered.some((entry) => entry.name === chosen) ? chosen : (offered[0]?.name ?? BY_NAME);
	const add = () => {
		const result = parseMethod(name || text);
		if (!result.ok) return setError(sentence(result.message));
		onAdd(result.method.name);
		setText('');
		setError('');
	};
	return (
		<form
			className="sweep-add"
			onSubmit={(event) => {
				event.preventDefault();
				add();
			}}
		>
			<select aria-label={`Method for point ${point}`} value={name ?? BY_NAME} onChange={(event) => setChosen(event.target.value)}>
				{offered.map((entry) => (
					<option key={entry.name} value={entry.name}>
						{entry.label}
					</option>
				))}
				<option value={BY_NAME}>Another, by name</option>
			</select>
			{name === BY_NAME && (
				<input
					type="text"
					className="mono"
					aria-label={`Name of a method for point ${point}`}
					aria-describedby={error ? id : undefined}
					placeholder="resformer:sparse(layers=3)"
					autoComplete="off"
					spellCheck={false}
					value={text}
					onChange={(event) => setText(event.target.value)}
				/>
			)}
			<button type="submit" aria-label={`Add to point ${point}`}>
				Add
			</button>
			{error && (
				<p id={id} className="error" role="alert">
					{error}
				</p>
			)}
		</form>
	);
}
