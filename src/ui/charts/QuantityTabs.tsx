import { useId } from 'react';
import { useTip } from '../shared/tip';
import { type Quantity, type QuantityText, quantityText } from './quantities';

interface Props {
	quantity: Quantity;
	/** Measurements of the whole model that runs have. */
	measures: readonly string[];
	unit: string;
	/** The baseline's name. */
	baseline: string;
	onChange(quantity: Quantity): void;
}

/** Choice of the quantity that the curves show: losses and the first measurement as tabs, the others in a list after them. */
export function QuantityTabs({ quantity, measures, unit, baseline, onChange }: Props) {
	const name = useId();
	const text = (of: Quantity) => quantityText(of, unit, baseline);
	const tabs = ['loss', 'relative', ...measures.slice(0, 1)];
	const more = [...measures.slice(1), 'gradient'];
	const behind = more.includes(quantity);
	const { help, formula } = text(quantity);
	const tip = useTip(help, formula);
	return (
		<fieldset className="quantities">
			<legend className="hidden">What the curves show</legend>
			{tabs.map((tab) => (
				<Tab key={tab} name={name} text={text(tab)} chosen={tab === quantity} onChoose={() => onChange(tab)} />
			))}
			<select
				className={behind ? 'chosen' : ''}
				aria-label="Other measurements"
				value={behind ? quantity : ''}
				onChange={(event) => onChange(event.target.value || 'loss')}
				{...(behind ? tip : {})}
			>
				<option value="" disabled>
					More
				</option>
				{more.map((other) => (
					<option key={other} value={other}>
						{text(other).label}
					</option>
				))}
			</select>
		</fieldset>
	);
}

interface TabProps {
	name: string;
	text: QuantityText;
	chosen: boolean;
	onChoose(): void;
}

function Tab({ name, text, chosen, onChoose }: TabProps) {
	const tip = useTip(text.help, text.formula);
	return (
		<label
			className={chosen ? 'chosen' : ''}
			{...tip}
			// A click leaves the focus here, and the tip would then cover the chart.
			onFocus={(event) => event.target.matches(':focus-visible') && tip.onFocus(event)}
		>
			<input type="radio" className="hidden" name={name} checked={chosen} onChange={onChoose} />
			{text.label}
		</label>
	);
}
