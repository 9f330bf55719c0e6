/** The state of the sweep's builder, and the points that it makes. Plain functions. */
import { FIELD_NAMES, type FieldName, fieldOf, isUsed, limitsOf } from '../../../experiment/fields';
import { METHODS } from '../../../experiment/methods/catalogue';
import { MAX_LAMBDA } from '../../../experiment/methods/descriptor';
import { methodLabel } from '../../../experiment/methods/names';
import { BASELINE_METHOD } from '../../../experiment/methods/own';
import { cumulativeLearningRate } from '../../../experiment/schedule';
import { type SweepPoint, sweepPoints, sweptFields } from '../../../experiment/sweep';
import {
	equalCumulativeRate,
	fixedTokensPerBatch,
	gridOf,
	type LambdaOf,
	lambdaValues,
	methodLists,
	oneLayerAtATime,
	readLambdaValues,
	sweepOf,
	weightOf,
} from '../../../experiment/sweepBuilders';
import type { Experiment } from '../../../experiment/types';
import { typedNumber, typedValue } from '../../shared/draft';
import { formatCount } from '../../shared/format';

export const KINDS = {
	field: 'One field',
	grid: 'Two fields',
	lambda: 'λ of a method',
	methods: 'Lists of methods',
	layers: 'One layer at a time',
} as const;
export type SweepKind = keyof typeof KINDS;

/** One field with its values as they were typed. */
export interface SweepAxis {
	field: FieldName;
	values: readonly string[];
}

export interface SweepDraft {
	kind: SweepKind;
	first: SweepAxis;
	/** The second field of a grid. */
	second: SweepAxis;
	/** Another field moves with the first one, so that `COUPLINGS` holds. */
	coupled: boolean;
	lambda: LambdaAxis;
	/** The methods of each point, by their canonical names. */
	lists: readonly (readonly string[])[];
}

/** One λ of a method with its values as they were typed. */
interface LambdaAxis {
	of: LambdaOf;
	values: readonly string[];
}

/** Fields that can be swept with this task: those that hold a number. */
export const sweepable = (experiment: Experiment): FieldName[] =>
	FIELD_NAMES.filter((name) => fieldOf(name).kind === 'number' && isUsed(name, experiment));

/** Something that can be swept. */
export interface Swept {
	/** Unique among the choices. */
	key: string;
	/** As in `Values of Sequence length`. */
	label: string;
	/** The limits of its values as text. */
	limits: string;
	integer: boolean;
}

/** A number field as a choice of `AxisEditor`. */
export function sweptField(name: FieldName): Swept {
	const field = fieldOf(name);
	return { key: name, label: field.label, limits: limitsOf(name, 'empty'), integer: field.kind === 'number' && field.integer };
}

/** Methods that the builder offers, with `more` after those of the catalogue. */
export function offeredMethods(experiment: Experiment, more: readonly string[] = []): { name: string; label: string }[] {
	const named = [...experiment.methods, ...more].filter((name) => METHODS.every((entry) => entry.name !== name));
	return [...METHODS, ...[...new Set(named)].map((name) => ({ name, label: methodLabel(name) }))];
}

const keyOfLambda = ({ method, weight }: LambdaOf): string => `${weight} ${method}`;

/** Every λ that can be swept: those of the catalogue's methods, of the form's, and `own`. */
export function offeredLambdas(experiment: Experiment, own?: LambdaOf): (Swept & { of: LambdaOf })[] {
	return offeredMethods(experiment, own ? [own.method] : []).flatMap(({ name, label }) => {
		const found: (Swept & { of: LambdaOf })[] = [];
		for (let weight = 0; ; weight++) {
			const of = { method: name, weight };
			const known = weightOf(of);
			if (!known) return found;
			const limits = `a number from ${-MAX_LAMBDA} to ${MAX_LAMBDA}`;
			found.push({ key: keyOfLambda(of), label: `${known.label} of ${label} (weight ${known.of})`, limits, integer: false, of });
		}
	});
}

export const sweptLambda = (experiment: Experiment, of: LambdaOf): Swept =>
	offeredLambdas(experiment, of).find(({ key }) => key === keyOfLambda(of)) as Swept;

/** The axis of a λ with the value that its method has. */
export const lambdaAxis = (of: LambdaOf): LambdaAxis => ({ of, values: [String(weightOf(of)?.value ?? '')] });

/** Another field that moves with a swept one. */
interface Coupling {
	/** The field that moves. */
	moves: FieldName;
	label(experiment: Experiment): string;
	/** @throws SweepRefusal */
	points(experiment: Experiment, values: readonly number[]): SweepPoint[];
}

/** A sentence for the page on what is wrong with the draft. */
class SweepRefusal extends Error {}

const tokensPerStep = ({ sequenceLength, batchSize }: Experiment): number => sequenceLength * batchSize;

const COUPLINGS: Partial<Record<FieldName, Coupling>> = {
	sequenceLength: {
		moves: 'batchSize',
		label: (experiment) => `batch size, so that a step keeps ${formatCount(tokensPerStep(experiment))} tokens`,
		points(experiment, lengths) {
			const tokens = tokensPerStep(experiment);
			const points = fixedTokensPerBatch(lengths, tokens);
			const missing = lengths.find((length) => !points.some(({ sequenceLength }) => sequenceLength === length));
			if (missing === undefined) return points;
			throw new SweepRefusal(
				`Sequence length ${missing} does not divide the ${formatCount(tokens)} tokens of a step: batch size must be ${limitsOf('batchSize')}.`,
			);
		},
	},
	steps: {
		moves: 'learningRate',
		label: (experiment) => `learning rate, so that Σ learning rate stays ${Number(cumulativeLearningRate(experiment).toPrecision(4))}`,
		points: equalCumulativeRate,
	},
};

/** The coupling that a field has; undefined if none. */
export const couplingOf = (name: FieldName): Coupling | undefined => COUPLINGS[name];

/** The number that a chip's text stands for. @throws SweepRefusal */
function numberOf(name: FieldName, text: string): number {
	const field = fieldOf(name);
	const value = typedValue(name, text);
	if (
		typeof value !== 'number' ||
		field.kind !== 'number' ||
		!(value >= field.min && value <= field.max) ||
		(field.integer && !Number.isInteger(value))
	)
		throw new SweepRefusal(`${field.label} must be ${limitsOf(name, 'empty')}, not ${text.trim() || 'empty'}.`);
	return value;
}

function lambdaOf(text: string): number {
	const value = typedNumber(text);
	if (Math.abs(value) <= MAX_LAMBDA) return value;
	throw new SweepRefusal(`λ must be a number from ${-MAX_LAMBDA} to ${MAX_LAMBDA}, not ${text.trim() || 'empty'}.`);
}

/** The points of the draft, or a sentence on what is wrong with it. */
export function pointsOf(draft: SweepDraft, experiment: Experiment): { points: SweepPoint[]; problem: string | null } {
	try {
		return { points: build(draft, experiment), problem: null };
	} catch (error) {
		if (!(error instanceof SweepRefusal)) throw error;
		return { points: [], problem: error.message };
	}
}

function build({ kind, first, second, coupled, lambda, lists }: SweepDraft, experiment: Experiment): SweepPoint[] {
	if (kind === 'lambda') return lambdaValues(lambda.of, [...new Set(lambda.values.map(lambdaOf))]);
	if (kind === 'methods') {
		const empty = lists.findIndex((methods) => methods.length === 0);
		if (empty >= 0) throw new SweepRefusal(`Point ${empty + 1} has no method: add one, or remove the point.`);
		return methodLists(lists);
	}
	if (kind === 'layers') {
		if (experiment.layers < 2)
			throw new SweepRefusal('One layer at a time needs at least 2 layers: the first one’s values are what is added.');
		return oneLayerAtATime(experiment);
	}
	const values = first.values.map((text) => numberOf(first.field, text));
	if (kind === 'grid') {
		const others = second.values.map((text) => numberOf(second.field, text));
		return gridOf(pointsOfField(second.field, others), pointsOfField(first.field, values));
	}
	const coupling = coupled ? couplingOf(first.field) : undefined;
	return coupling && values.length > 0 ? coupling.points(experiment, values) : pointsOfField(first.field, values);
}

const pointsOfField = (field: FieldName, values: readonly number[]): SweepPoint[] => sweepOf(field as 'steps', values);

/**
 * The builder as it opens for a field: with the sweep that the experiment has. If that sweeps one other field alone, the two make a
 * grid; if it does not sweep this field otherwise, a sweep of this field takes its place with the first change.
 */
export function sweepDraftOf(experiment: Experiment, field: FieldName): SweepDraft {
	const swept = experiment.sweep ? sweptFields(experiment) : [];
	const numbers = swept.filter((name) => fieldOf(name).kind === 'number');
	if (swept.length > 0 && numbers.length === 0) return ofMethods(experiment);
	const [first, second] = numbers;
	const points = sweepPoints(experiment).map((point) => point.experiment);
	const axis = (name: FieldName): SweepAxis => ({
		field: name,
		values: [...new Set(points.map((point) => String(point[name] ?? '')))].filter(Boolean),
	});
	const start = plain(experiment, field);
	if (field === 'methods') return { ...start, kind: 'methods' };
	if (numbers.length === 1 && first !== field) return { ...start, kind: 'grid', first: axis(first), second: start.first, coupled: false };
	if (!numbers.includes(field)) return start;
	const sizes = numbers.map((name) => axis(name).values.length);
	if (numbers.length === 2 && sizes[0] > 1 && sizes[1] > 1 && sizes[0] * sizes[1] === points.length)
		return { ...start, kind: 'grid', first: axis(first), second: axis(second), coupled: false };
	const main = numbers.find((name) => numbers.includes(couplingOf(name)?.moves as FieldName)) ?? field;
	return { ...plain(experiment, main), kind: 'field', first: axis(main), coupled: numbers.length > 1 };
}

/** The builder with a sweep of methods alone. */
function ofMethods(experiment: Experiment): SweepDraft {
	const start = plain(experiment, 'methods');
	const points = sweepPoints(experiment).map(({ experiment: { methods } }) => ({ methods }));
	if (JSON.stringify(points) === JSON.stringify(oneLayerAtATime(experiment))) return { ...start, kind: 'layers' };
	const lambda = readLambdaValues(points);
	if (lambda) return { ...start, kind: 'lambda', lambda: { of: lambda.of, values: lambda.values.map(String) } };
	return { ...start, kind: 'methods', lists: points.map(({ methods }) => methods) };
}

function plain(experiment: Experiment, field: FieldName): SweepDraft {
	const first = sweepable(experiment).includes(field) ? field : 'sequenceLength';
	const second: FieldName = first === 'learningRate' ? 'steps' : 'learningRate';
	const own = (name: FieldName): SweepAxis => ({ field: name, values: experiment[name] === null ? [] : [String(experiment[name])] });
	const others = experiment.methods.filter((name) => name !== BASELINE_METHOD);
	const lambdas = offeredLambdas(experiment);
	const { of } = lambdas.find(({ of }) => experiment.methods.includes(of.method)) ?? lambdas[0];
	return {
		kind: 'field',
		first: own(first),
		second: own(second),
		coupled: couplingOf(first) !== undefined,
		lambda: lambdaAxis(of),
		lists: others.length > 0 ? others.map((name) => [BASELINE_METHOD, name]) : [[BASELINE_METHOD]],
	};
}

/** `count` values from `low` to `high`, evenly or by equal factors, as texts without duplicates. */
export function spread(integer: boolean, low: number, high: number, count: number, byFactor: boolean): string[] {
	const values = Array.from({ length: count }, (_, i) => {
		const share = count > 1 ? i / (count - 1) : 0;
		const value = byFactor ? low * (high / low) ** share : low + share * (high - low);
		return String(integer ? Math.round(value) : Number(value.toPrecision(4)));
	});
	return [...new Set(values)];
}
