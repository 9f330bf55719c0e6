import { useId } from 'react';
import { useTip } from '../shared/tip';
import { type Quantity, type QuantityWords, quantityWords } from './quantities';

interface Props {
	quantity: Quantity;
	/** Measurements of the whole model that runs have. */
	measures: readonly string[];
	unit: string;
	/** The baseline's name. */
	baseline: string;
	onChange(quantity: Quantity): void;
}

/** What the curves show: the losses and the first measurement as tabs, the others in a list behind them. */
export function QuantityTabs({ quantity, measures, unit, baseline, onChange }: Props) {
	const name = useId();
	const words = (of: Quantity) => quantityWords(of, unit, baseline);
	const tabs = ['loss', 'relative', ...measures.slice(0, 1)];
	const more = [...measures.slice(1), 'gradient'];
	const behind = more.includes(quantity);
	const { help, formula } = words(quantity);
	const tip = useTip(help, formula);
	return (
		<fieldset className="quantities">
			<legend className="hidden">What the curves show</legend>
			{tabs.map((tab) => (
				<Tab key={tab} name={name} words={words(tab)} chosen={tab === quantity} onChoose={() => onChange(tab)} />
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
						{words(other).label}
					</option>
				))}
			</select>
		</fieldset>
	);
}

interface TabProps {
	name: string;
	words: QuantityWords;
	chosen: boolean;
	onChoose(): void;
}

function Tab({ name, words, chosen, onChoose }: TabProps) {
	const tip = useTip(words.help, words.formula);
	return (
		<label
			className={chosen ? 'chosen' : ''}
			{...tip}
			// A click leaves the focus here: its words would cover the chart that it was about.
			onFocus={(event) => event.target.matches(':focus-visible') && tip.onFocus(event)}
		>
			<input type="radio" className="hidden" name={name} checked={chosen} onChange={onChoose} />
			{words.label}
		</label>
	);
}
