import { memo } from 'react';
import { saveFile } from '../../shared/download';
import { Menu } from '../../shared/Menu';
import { useClient } from '../../shared/useLab';
import { COSTS, type SweepMetric } from './quantities';
import { type ChosenView, SHOWS, type Show, type SweepData, type SweepView } from './sweepView';

interface Props {
	view: ChosenView;
	data: SweepData;
	onChange(change: Partial<SweepView>): void;
}

/** What the sweep's panel shows: kind of view, metric, axis, method; and its files. */
export const SweepTools = memo(function SweepTools({ view, data, onChange }: Props) {
	const { show, metric, x, cost, method, asDifference } = view;
	const shows = (Object.keys(SHOWS) as Show[]).filter((name) => name !== 'map' || data.grid !== null);
	const compares = data.methods.length > 1;
	return (
		<div className="sweep-tools">
			<fieldset className="quantities">
				<legend className="hidden">How the sweep is shown</legend>
				{shows.map((name) => (
					<label key={name} className={name === show ? 'chosen' : ''}>
						<input type="radio" className="hidden" name="sweep-show" checked={name === show} onChange={() => onChange({ show: name })} />
						{SHOWS[name]}
					</label>
				))}
			</fieldset>
			{show !== 'pareto' && (
				<label className="inline">
					Metric
					<select value={metric.key} onChange={(event) => onChange({ metric: event.target.value })}>
						<Options metrics={data.metrics.filter(({ key }) => !key.includes('.layer'))} />
						<optgroup label="By layer">
							<Options metrics={data.metrics.filter(({ key }) => key.includes('.layer'))} />
						</optgroup>
					</select>
				</label>
			)}
			{show === 'chart' && <Choice label="over" value={x.key} options={data.xs} onChoose={(key) => onChange({ x: key })} />}
			{show === 'pareto' && <Choice label="Cost" value={cost.key} options={COSTS} onChoose={(key) => onChange({ cost: key })} />}
			{show === 'map' && (
				<Choice
					label="of"
					value={method}
					options={data.methods.map(({ name, label }) => ({ key: name, label }))}
					onChoose={(name) => onChange({ method: name })}
				/>
			)}
			{(show === 'chart' || show === 'map') && compares && (
				<label className="inline">
					<input
						type="checkbox"
						checked={asDifference}
						disabled={!metric.differs}
						onChange={(event) => onChange({ asDifference: event.target.checked })}
					/>
					minus {data.baselineLabel}’s
				</label>
			)}
			<Export data={data} />
		</div>
	);
});

function Options({ metrics }: { metrics: readonly SweepMetric[] }) {
	return metrics.map(({ key, label }) => (
		<option key={key} value={key}>
			{label}
		</option>
	));
}

interface ChoiceProps {
	label: string;
	value: string;
	options: readonly { key: string; label: string }[];
	onChoose(key: string): void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
	return (
		<label className="inline">
			{label}
			<select value={value} onChange={(event) => onChoose(event.target.value)}>
				{options.map((option) => (
					<option key={option.key} value={option.key}>
						{option.label}
					</option>
				))}
			</select>
		</label>
	);
}

/** Saves the sweep's runs, or its means and differences, as CSV. */
function Export({ data }: { data: SweepData }) {
	const client = useClient();
	const save = async (kind: 'runs' | 'means') => {
		try {
			const { sweepRunsCsv, sweepMeansCsv } = await import('./sweepCsv');
			const text = kind === 'runs' ? sweepRunsCsv(data) : sweepMeansCsv(data);
			saveFile(`resformer-lab-sweep-${kind}.csv`, new Blob([text], { type: 'text/csv' }));
		} catch (error) {
			client.store.notify('error', `The file could not be written: ${error instanceof Error ? error.message : error}.`);
		}
	};
	const items = [
		{ label: 'Runs of the sweep as CSV', why: '', act: () => void save('runs') },
		{ label: 'Means and differences as CSV', why: '', act: () => void save('means') },
	];
	return (
		<Menu className="quiet export" label="CSV of the sweep" items={() => items}>
			CSV
		</Menu>
	);
}
