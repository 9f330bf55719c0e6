import { useState } from 'react';
import { formatCount } from '../shared/format';

interface Props {
	/** The range shown; null = all. */
	zoom: readonly [number, number] | null;
	extent: readonly [number, number];
	/** Unit of the axis, such as `steps`. */
	unit: string;
	onChange(zoom: readonly [number, number] | null): void;
}

/** The range of the x axis as two numbers: the keyboard's counterpart of a drag over the chart. */
export function RangeFields({ zoom, extent, unit, onChange }: Props) {
	const [from, to] = zoom ?? extent;
	const [problem, setProblem] = useState(false);
	const set = (low: number, high: number) => {
		const fits = Number.isFinite(low) && Number.isFinite(high) && low >= 0 && high > low;
		setProblem(!fits);
		if (fits) onChange([low, high]);
	};
	return (
		<fieldset className="range-fields">
			<legend className="label">Shown, {unit}</legend>
			<Bound key={`from ${from}`} label="from" value={from} onSet={(low) => set(low, to)} />
			<Bound key={`to ${to}`} label="to" value={to} onSet={(high) => set(from, high)} />
			{zoom && (
				<button type="button" onClick={() => onChange(null)}>
					Whole run
				</button>
			)}
			{problem && (
				<p className="error" role="alert">
					“From” must be a number below “to”; the whole run is {formatCount(extent[0])} to {formatCount(extent[1])}.
				</p>
			)}
		</fieldset>
	);
}

/** One end of the range; takes its number on Enter and when it loses the focus. */
function Bound({ label, value, onSet }: { label: string; value: number; onSet(value: number): void }) {
	const shown = String(Number(value.toPrecision(6)));
	const commit = (text: string) => {
		if (text !== shown) onSet(text.trim() === '' ? Number.NaN : Number(text));
	};
	return (
		<label className="inline">
			{label}
			<input
				inputMode="decimal"
				defaultValue={shown}
				onBlur={(event) => commit(event.target.value)}
				onKeyDown={(event) => event.key === 'Enter' && commit(event.currentTarget.value)}
			/>
		</label>
	);
}
