/** What the curves can show, and its words. */
import type { Metrics } from '../../experiment/records/metrics';
import { inOrder, measureText } from '../measures/measureText';
import { formatLoss } from '../shared/format';

/** `loss`, `relative`, `gradient`, or the name of a measurement of the whole model. */
export type Quantity = string;

export interface QuantityWords {
	/** On its tab. */
	label: string;
	/** On the axis, with the unit. */
	axis: string;
	help: string;
	formula?: string;
	format(value: number): string;
	tick(value: number): string;
	/** The axis begins at 0. */
	fromZero: boolean;
}

const tick = (value: number) => Number(value.toPrecision(6)).toString();
/** With its sign, as a difference is read; a true minus. */
export const formatDifference = (value: number) =>
	Number.isFinite(value) ? `${value < 0 ? '−' : '+'}${formatLoss(Math.abs(value))}` : '–';

/** Measurements of the whole model that runs have, in the table's order; the validation loss is drawn with the loss. */
export function measuresIn(latest: readonly Metrics[]): string[] {
	const names = new Set<string>();
	for (const metrics of latest) for (const [name, value] of Object.entries(metrics)) if (typeof value === 'number') names.add(name);
	names.delete('validationLoss');
	return inOrder(names);
}

/** `unit` of a loss, such as `nats per token`; `baseline` by name. */
export function quantityWords(quantity: Quantity, unit: string, baseline: string): QuantityWords {
	if (quantity === 'loss')
		return {
			label: 'Loss',
			axis: `loss, ${unit}`,
			help: 'Cross-entropy of the next token: a line for training, hollow markers for held-out data.',
			format: formatLoss,
			tick,
			fromZero: false,
		};
	if (quantity === 'relative')
		return {
			label: 'Relative',
			axis: `loss minus ${baseline}’s, ${unit}`,
			help: `Training loss minus ${baseline}’s on the same batches, mean of 100 steps; below 0 is better.`,
			formula: 'mean over 100 steps of L(method) − L(baseline)',
			format: formatDifference,
			tick: (value) => tick(value).replace('-', '−'),
			fromZero: false,
		};
	if (quantity === 'gradient')
		return {
			label: 'Gradient norm',
			axis: 'gradient norm',
			help: 'Norm of the whole gradient at each step, before clipping.',
			formula: '‖∂L/∂θ‖₂',
			format: formatLoss,
			tick,
			fromZero: true,
		};
	const words = measureText(quantity);
	const shares = words.unit.startsWith('share');
	return {
		...words,
		axis: [words.label.toLowerCase(), words.unit].filter(Boolean).join(', '),
		tick: shares ? words.format : tick,
	};
}
