import { useState } from 'react';
import type { NumberRange } from '../../experiment/interventions/descriptor';
import { useTip } from '../shared/tip';

interface Props {
	/** Short label on the row. */
	label: string;
	/** Full name, such as `layer 2 λ₁`. */
	name: string;
	help: string;
	formula?: string;
	range: NumberRange;
	/** The number that changes nothing. */
	neutral: number;
	value: number;
	onChange(value: number): void;
}

/** Three decimals to read; the number itself keeps all of its digits. */
export const shortNumber = (value: number): string => String(Number(value.toFixed(3)));

/** A number of an intervention: a slider, a field for any number within the limits, and a button that resets it. */
export function NumberControl({ label, name, help, formula, range, neutral, value, onChange }: Props) {
	/** The text being typed, which may not be a number yet. */
	const [typed, setTyped] = useState<string | null>(null);
	const tip = useTip(help, formula);
	const changed = value !== neutral;
	const [least, most] = range.limits;
	const allowed = (text: string) => text.trim() !== '' && Number(text) >= least && Number(text) <= most;
	const wrong = typed !== null && !allowed(typed);
	const type = (text: string) => {
		setTyped(text);
		if (allowed(text)) onChange(Number(text));
	};
	return (
		<div className="number-control">
			<span className={changed ? 'changed' : ''} {...tip}>
				{label}
			</span>
			<input
				type="range"
				min={Math.min(range.least, Math.floor(neutral))}
				max={Math.max(range.most, Math.ceil(neutral))}
				step={range.step}
				value={value}
				aria-label={name}
				title={`${name}; originally ${shortNumber(neutral)}`}
				onChange={(event) => {
					setTyped(null);
					onChange(Number(event.target.value));
				}}
			/>
			<input
				type="text"
				inputMode="decimal"
				autoComplete="off"
				aria-label={`${name} as a number`}
				aria-invalid={wrong || undefined}
				title={wrong ? `A number from ${shortNumber(least)} to ${shortNumber(most)}` : undefined}
				value={typed ?? shortNumber(value)}
				onChange={(event) => type(event.target.value)}
				onBlur={() => setTyped(null)}
			/>
			<button
				type="button"
				className="quiet icon"
				aria-label={`Reset ${name}`}
				title={`Back to ${shortNumber(neutral)}`}
				disabled={!changed}
				onClick={() => onChange(neutral)}
			>
				↺
			</button>
		</div>
	);
}
