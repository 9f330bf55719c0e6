import * as v from 'valibot';
import { excerpt } from '../experiment/excerpt';
import { CheckpointError } from './safetensors';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

interface Limits {
	least?: number;
	most?: number;
	whole?: boolean;
}

// The message of each schema continues "`field` must be …".

export function number({ least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, whole = false }: Limits = {}) {
	const from = Number.isFinite(least) ? ` from ${least}` : '';
	const to = Number.isFinite(most) ? ` to ${most}` : '';
	const rule = `a ${whole ? 'whole ' : ''}number${from}${to}`;
	return v.pipe(
		v.number(rule),
		v.check((value) => Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value)), rule),
	);
}

export const count = (least = 1) => number({ least, whole: true });

export const oneOf = <Choice extends string>(choices: readonly Choice[]) => v.picklist(choices, `one of ${choices.join(', ')}`);

/** A boolean; false if the file has none. */
export const flag = () => v.nullish(v.boolean('true or false'), false);

/** A list of `length` lists of `width` numbers each. */
export const rows = (length: number, width: number, rule: string) =>
	v.pipe(
		v.array(v.pipe(v.array(number(), rule), v.length(width, rule)), rule),
		v.length(length, rule),
		v.check((list) => list.flat().every(Number.isFinite), rule),
	);

/** @throws CheckpointError naming the file and field */
export function refuseField(json: Json, where: string, field: string, rule: string): never {
	throw new CheckpointError(`${where}: \`${field}\` must be ${rule}, not ${excerpt(json[field])}`);
}

/**
 * Reads the fields of `json` that `entries` names. Others are ignored, and null counts as absent.
 *
 * @param where the file and possibly the part of it, for messages
 * @throws CheckpointError naming the first field that is wrong, and its limits
 */
export function readFields<const Entries extends v.ObjectEntries>(
	entries: Entries,
	json: Json,
	where: string,
): v.InferOutput<v.ObjectSchema<Entries, undefined>> {
	// Every key is present, so that a missing field gets the message of its own schema.
	const input = Object.fromEntries(Object.keys(entries).map((key) => [key, json[key] ?? undefined]));
	const result = v.safeParse(v.object(entries), input, { abortEarly: true });
	if (result.success) return result.output;
	const [{ message, path }] = result.issues;
	return refuseField(json, where, String(path?.[0].key), message);
}
