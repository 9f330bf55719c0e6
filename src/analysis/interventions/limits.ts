/** An intervention or a change of λ that does not fit the model; the message names the field and its limits. */
export class InterventionError extends Error {
	override name = 'InterventionError';
}

/**
 * @param owner subject and verb for the message, such as `the model has`
 * @param things plural noun for the message, such as `layers`
 * @throws InterventionError unless `index` is one of `count`
 */
export function checkIndex(field: string, index: number, count: number, owner: string, things: string): void {
	if (Number.isInteger(index) && index >= 0 && index < count) return;
	const range = count === 0 ? '' : `, counted from 0 to ${count - 1}`;
	throw new InterventionError(`${field} is ${index}, but ${owner} ${count === 0 ? 'no' : count} ${things}${range}`);
}

/** @throws InterventionError unless the value lies within the limits */
export function checkNumber(field: string, value: number, [least, most]: readonly [number, number]): void {
	if (!(value >= least && value <= most)) throw new InterventionError(`${field} must be a number from ${least} to ${most}, not ${value}`);
}
