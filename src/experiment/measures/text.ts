/** Number formats. Examples, in order: `1.943`, `11 %`, `0.42`, `0.513`, `12`; `digits` prints four significant digits. */
export type NumberFormat = 'loss' | 'share' | 'decimal' | 'weight' | 'count' | 'digits';

/** Heading of a measure in lists of measurements by layer. */
export type Subject = 'Attention' | 'Values' | 'Residual stream' | 'Weights of the method';

/** Labels, unit, format and help of a number that runs report, for tables, charts and the help. */
export interface MeasureText {
	/** Heading of a chart or a column. */
	label: string;
	/** A shorter heading of its column in the table of runs; absent: the label. */
	column?: string;
	/** Absent for numbers of the whole model. */
	subject?: Subject;
	/** Empty if there is none. */
	unit: string;
	format: NumberFormat;
	/** One sentence. */
	help: string;
	/** In the notation of docs/METHODS.md section 3. */
	formula?: string;
	/** True if charts of it start at 0; otherwise they start at the smallest value. */
	fromZero: boolean;
	/** A value to compare it with, for sequences of `length` tokens. */
	reference?: { text: string; at(length: number): number };
	/** The metric with the lowest value that this one can have; absent if none is known. */
	optimum?: string;
	/** True for a list over layers, false for one number of the whole model. */
	perLayer: boolean;
	/** True if the table of runs has a column for it. */
	inRunsTable: boolean;
}

/** Units and formats that many measures share, to be spread into a `MeasureText`. */
export const NATS = { unit: 'nats', format: 'loss', fromZero: true } as const;
export const SQUARED_ERROR = { unit: 'squared error', format: 'digits', fromZero: true } as const;
export const SHARE = { unit: 'share', format: 'share', fromZero: true } as const;
export const DECIMAL = { unit: '', format: 'decimal', fromZero: true } as const;
