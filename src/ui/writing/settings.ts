/** Settings of the writing panel. Fields keep what was typed, and show what is wrong with it. */

export type SettingName = 'tokens' | 'temperature' | 'topK' | 'seed';

export interface Setting {
	name: SettingName;
	label: string;
	initial: string;
	integer: boolean;
	min: number;
	max: number;
	help: string;
}

// biome-ignore format: a table reads by its columns
export const SETTINGS: readonly Setting[] = [
	{ name: 'tokens', label: 'Tokens', initial: '200', integer: true, min: 1, max: 10_000, help: 'Characters or words to write.' },
	{ name: 'temperature', label: 'Temperature', initial: '0.8', integer: false, min: 0, max: 10, help: '0 always takes the likeliest token; 1 samples from the model’s own probabilities.' },
	{ name: 'topK', label: 'Top-k', initial: '0', integer: true, min: 0, max: 100_000, help: 'Samples from the k likeliest tokens; 0: from all.' },
	{ name: 'seed', label: 'Sampling seed', initial: '1', integer: true, min: 0, max: 0xffffffff, help: 'The same seed gives the same text from the same model.' },
];

export type Typed = Record<SettingName, string>;

export const INITIAL: Typed = Object.fromEntries(SETTINGS.map(({ name, initial }) => [name, initial])) as Typed;

/** The typed numbers, and an error for each that is not valid. */
export function readSettings(typed: Typed): { values: Record<SettingName, number>; errors: Partial<Record<SettingName, string>> } {
	const values = {} as Record<SettingName, number>;
	const errors: Partial<Record<SettingName, string>> = {};
	for (const { name, label, integer, min, max } of SETTINGS) {
		const text = typed[name].trim();
		const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
		values[name] = value;
		if (!(value >= min && value <= max) || (integer && !Number.isInteger(value)))
			errors[name] = `${label} must be ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}.`;
	}
	return { values, errors };
}
