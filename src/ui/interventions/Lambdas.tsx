import { useState } from 'react';
import type { Intervention, LambdaControl } from '../../experiment/intervention';
import { type Edit, lambdaOf, moveLambda } from './edits';

interface Props {
	controls: readonly LambdaControl[];
	intervention: Intervention;
	onEdit(edit: Edit): void;
}

/** Weights on values, a slider and a number each. */
export function Lambdas({ controls, intervention, onEdit }: Props) {
	return (
		<ul className="lambdas">
			{controls.map((control) => (
				<li key={`${control.layer} ${control.index}`}>
					<Lambda control={control} value={lambdaOf(intervention, control)} onMove={(value) => onEdit(moveLambda(control, value))} />
				</li>
			))}
		</ul>
	);
}

/** A slider's reach: −1 to 2, or as far as the model's own value lies. */
const reachOf = (value: number): [least: number, most: number] => [Math.min(-1, Math.floor(value)), Math.max(2, Math.ceil(value))];

/** Three digits are enough to read; the model keeps all of its own. */
const printed = (value: number): string => String(Number(value.toFixed(3)));

function Lambda({ control, value, onMove }: { control: LambdaControl; value: number; onMove(value: number): void }) {
	/** What is being typed, which may not be a number yet. */
	const [typed, setTyped] = useState<string | null>(null);
	const name = control.everyLayer ? `${control.label} of every layer` : `layer ${control.layer + 1} ${control.label}`;
	const moved = value !== control.value;
	const [least, most] = reachOf(control.value);
	const wrong = typed !== null && !(typed.trim() !== '' && Math.abs(Number(typed)) <= 100);
	const type = (text: string) => {
		setTyped(text);
		if (text.trim() !== '' && Math.abs(Number(text)) <= 100) onMove(Number(text));
	};
	return (
		<>
			<span className={moved ? 'moved' : ''}>
				<span className="muted">{control.everyLayer ? 'all' : control.layer + 1}</span> {control.label}
			</span>
			<input
				type="range"
				min={least}
				max={most}
				step={0.05}
				value={value}
				aria-label={name}
				title={`${name}; the model has ${printed(control.value)}`}
				onChange={(event) => {
					setTyped(null);
					onMove(Number(event.target.value));
				}}
			/>
			<input
				type="text"
				inputMode="decimal"
				autoComplete="off"
				aria-label={`${name} as a number`}
				aria-invalid={wrong || undefined}
				title={wrong ? 'A number from −100 to 100' : undefined}
				value={typed ?? printed(value)}
				onChange={(event) => type(event.target.value)}
				onBlur={() => setTyped(null)}
			/>
			<button
				type="button"
				className="quiet icon"
				aria-label={`Take ${name} back`}
				title={`Back to ${printed(control.value)}`}
				disabled={!moved}
				onClick={() => onMove(control.value)}
			>
				↺
			</button>
		</>
	);
}
