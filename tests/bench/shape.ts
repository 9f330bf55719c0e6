import { limitsOf } from '../../src/experiment/fields';
import { nearestName } from '../../src/experiment/nearest';
import { SHAPES, type Shape } from './peers/lib/common.mjs';

/** Something in the command line that can't be used. */
export class BenchUsageError extends Error {
	override name = 'BenchUsageError';
}

/** Our names for a shape's sizes, and the peers'. */
const NAMES = {
	layers: 'L',
	hiddenSize: 'D',
	heads: 'H',
	intermediateSize: 'F',
	sequenceLength: 'T',
	batchSize: 'B',
	vocabularySize: 'V',
	learningRate: 'lr',
} as const;

export type Sizes = Record<keyof typeof NAMES, number>;

export interface NamedShape {
	name: string;
	shape: Shape;
}

export const sizesOf = (shape: Shape): Sizes =>
	Object.fromEntries(Object.entries(NAMES).map(([ours, theirs]) => [ours, shape[theirs]])) as Sizes;

/** A shape of the peers' table. @throws BenchUsageError */
export function shapeNamed(name: string): NamedShape {
	if (!Object.hasOwn(SHAPES, name))
		throw new BenchUsageError(`no shape is called \`${name}\`: did you mean \`${nearestName(name, Object.keys(SHAPES))}\`?`);
	return { name, shape: SHAPES[name] };
}

/** A shape from JSON; what it leaves out is as in `tiny`. @throws BenchUsageError */
export function shapeFrom(json: string): NamedShape {
	const fail = (why: string): never => {
		throw new BenchUsageError(`--shape: ${why}`);
	};
	let given: unknown;
	try {
		given = JSON.parse(json);
	} catch (error) {
		return fail(`no valid JSON: ${(error as Error).message}`);
	}
	if (typeof given !== 'object' || given === null || Array.isArray(given)) return fail('must be a JSON object');
	const shape = { ...SHAPES.tiny };
	for (const [name, value] of Object.entries(given)) {
		if (!Object.hasOwn(NAMES, name)) fail(`unknown size \`${name}\`: did you mean \`${nearestName(name, Object.keys(NAMES))}\`?`);
		const fits = typeof value === 'number' && value > 0 && (name === 'learningRate' ? value <= 1 : Number.isInteger(value));
		if (!fits)
			fail(`${name} must be ${name === 'learningRate' ? limitsOf('learningRate') : 'a whole number from 1'}, not ${JSON.stringify(value)}`);
		shape[NAMES[name as keyof typeof NAMES]] = value;
	}
	const headSize = shape.D / shape.H;
	if (headSize % 2) fail(`hiddenSize ${shape.D} / heads ${shape.H} is a head size of ${headSize}; it must be even`);
	return { name: 'custom', shape };
}
