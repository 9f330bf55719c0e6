/** The quantities that curves can show, with their text. */
import type { Metrics } from '../../experiment/records/metrics';
import { inOrder, measureText } from '../measures/measureText';
import { formatLoss } from '../shared/format';

/** `loss`, `relative`, `gradient`, or the name of a measurement of the whole model. */
export type Quantity = string;

export interface QuantityText {
	/** Label of its tab. */
	label: string;
	/** Title of the axis, with the unit. */
	axis: string;
	help: string;
	formula?: string;
	format(value: number): string;
	tick(value: number): string;
	/** True if the axis starts at 0. */
	fromZero: boolean;
}

const tick = (value: number) => Number(value.toPrecision(6)).toString();
/** A difference with its sign, as a true minus or a plus. */
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
export function quantityText(quantity: Quantity, unit: string, baseline: string): QuantityText {
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
	const text = measureText(quantity);
	const shares = text.isShare;
	return {
		...text,
		axis: [text.label.toLowerCase(), text.unit].filter(Boolean).join(', '),
		tick: shares ? text.format : tick,
	};
}
