import type { ReactNode } from 'react';
import { summary } from '../../experiment/statistics';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { type Comparison, type GroupValue, lossUnit } from '../measures/comparison';
import { measureText } from '../measures/measureText';
import { formatLoss, formatShare, plural, sentence as toSentence } from '../shared/format';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import { axisOf, type SeedAxis, SeedPlot } from './SeedPlot';
import './seedTable.css';

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	/** The layers of the answer's main measure, or the measure itself. */
	compared: readonly Comparison[];
	/** The table in words. */
	sentence: string;
	/** After the caption. */
	children?: ReactNode;
}

/** The numbers of the answer: a row per method, with a dot per seed and the mean with its 95 % interval. */
export default function SeedTable({ experiment, runs, compared, sentence, children }: Props) {
	const columns = compared.map((each) => columnOf(experiment, each));
	const groups = visibleGroups(compared);
	const most = Math.max(...groups.map(({ bySeed }) => bySeed.size));
	return (
		<>
			<table className="seed-table">
				<caption className="hidden">{sentence}</caption>
				<thead>
					<tr>
						<td />
						{columns.map(({ title }) => (
							<th key={title} scope="col">
								{title}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{groups.map(({ group, label, bySeed }) => {
						const style = groupStyle(runs.find(({ info }) => info.group === group)?.info ?? { method: group, group });
						return (
							<tr key={group}>
								<th scope="row">
									<Swatch style={style} width={20} /> {label}
									{bySeed.size < most && <span className="label"> ({plural(bySeed.size, 'seed')})</span>}
								</th>
								{columns.map(({ title, compared: { values }, axis, format }) => {
									const entry = values.find((value) => value.group === group);
									return (
										<td key={title}>
											{entry && (
												<div className="seed-cell">
													<SeedPlot values={[...entry.bySeed.values()]} axis={axis} style={style} />
													<span className="number">{numberText(entry, format)}</span>
												</div>
											)}
										</td>
									);
								})}
							</tr>
						);
					})}
				</tbody>
				<tfoot>
					<tr>
						<td />
						{columns.map(({ title, axis, format }) => (
							<td key={title}>
								<div className="seed-cell">
									<span className="seed-ticks label" aria-hidden="true">
										<span>{format(axis.domain[0])}</span>
										<span>{format(axis.domain[1])}</span>
									</span>
									<span />
								</div>
							</td>
						))}
					</tr>
				</tfoot>
			</table>
			<p className="sentence seed-caption">
				{captionText(compared, columns, most)}
				{children}
			</p>
		</>
	);
}

interface Column {
	compared: Comparison;
	title: string;
	axis: SeedAxis;
	format(value: number): string;
}

function columnOf(experiment: Experiment, compared: Comparison): Column {
	const { measure, layer, values } = compared;
	const { label, format, unit, reference, isShare: share } = measureText(measure, layer !== null);
	const where = layer === null ? '' : `, layer ${layer + 1}`;
	const name = measure === 'sinkAttention' ? `Attention to ${taskDescriptor(experiment.task).sink?.token ?? 'the first token'}` : label;
	const units = measure === 'validationLoss' ? `, ${lossUnit(experiment)}` : share || unit === '' ? '' : `, ${unit}`;
	const shown = values.filter(({ visible }) => visible).map(({ bySeed }) => [...bySeed.values()]);
	const at = reference?.at(experiment.sequenceLength) ?? null;
	return {
		compared,
		title: `${name}${where}${units}`,
		axis: { ...axisOf(shown, at, share), reference: at },
		format: share ? formatShare : measure === 'validationLoss' ? formatLoss : format,
	};
}

/** The groups of the first column, and those that only others have. */
function visibleGroups(compared: readonly Comparison[]): GroupValue[] {
	const found = new Map<string, GroupValue>();
	for (const { values } of compared)
		for (const value of values) if (value.visible && !found.has(value.group)) found.set(value.group, value);
	return [...found.values()];
}

/** `6.6 % ± 4.0 % *`; of seeds in two camps, of which the interval says nothing, `57 %, 3 of 5 above 50 %`. */
function numberText({ bySeed, mean, modes, difference }: GroupValue, format: (value: number) => string): string {
	const { half } = summary(bySeed.values());
	const spread = modes ? `, ${modes.above} of ${modes.n} above ${format(modes.threshold)}` : half === null ? '' : ` ± ${format(half)}`;
	return `${format(mean)}${spread}${difference?.separated ? ' *' : ''}`;
}

function captionText(compared: readonly Comparison[], columns: readonly Column[], seeds: number): string {
	const [{ measure, step, values }] = compared;
	const { reference } = measureText(measure);
	const base = values.find(({ difference }) => difference === null);
	const dashed = reference && columns[0].axis.reference !== null;
	return [
		`After ${plural(step, 'step')}: a dot per seed (${seeds}), the mean and its 95 % interval.`,
		...(dashed ? [toSentence(`dashed: ${reference.text}, ${columns[0].format(columns[0].axis.reference as number)}`)] : []),
		...(base && values.length > 1 ? [`* separated from ${base.label}.`] : []),
	].join(' ');
}
