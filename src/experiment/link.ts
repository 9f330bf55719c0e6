/**
 * An experiment as the hash of a URL: `task=backcopy&methods=vanilla,resformer:learnable&layers=3&v=1`. It lists the fields
 * that differ from the defaults, in the order of the table of fields, and is easy to read and type.
 */
import { defaultExperiment, defaultFor, FIELD_NAMES, type FieldName, fieldOf, isFieldName } from './fields';
import { linkPairs, RESULT_KEYS } from './linkText';
import { characterCount, MAX_LINK_TEXT } from './ownText';
import type { Experiment, Problem, SweepPoint } from './types';
import { type Finding, FORMAT_VERSION, readWithFindings } from './validate';

/** Percent-encodes characters that would end a value or a link; `, : ; ( ) . + = / ? @ $` stay readable. */
function encodeValue(text: string): string {
	const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd');
	return encodeURIComponent(wellFormed).replace(/%(2C|3A|3B|2B|3D|2F|3F|40|24)/g, (code) => decodeURIComponent(code));
}

/** True if a field's value is too long for a link. Only the user's own text can be. */
function isTooLong(name: FieldName, experiment: Experiment): boolean {
	return name === 'text' && characterCount(experiment.text) > MAX_LINK_TEXT;
}

/** Fields that `encodeLink` leaves out, with a message for the user who shares the link. Empty if it leaves out none. */
export function linkProblems(experiment: Experiment): Problem[] {
	return FIELD_NAMES.filter((name) => isTooLong(name, experiment)).map((field) => ({
		field,
		message: `${field} has ${characterCount(experiment.text)} characters, more than the ${MAX_LINK_TEXT} that a link holds: the link leaves it out; share the experiment as JSON`,
	}));
}

const DEFAULTS = defaultExperiment();

/**
 * The hash without its `#`: every field that differs from its default, then `v=1`.
 * `decodeLink` restores the same experiment, except for the fields that `linkProblems` names.
 */
export function encodeLink(experiment: Experiment): string {
	const pairs = FIELD_NAMES.flatMap((name) => {
		if (isTooLong(name, experiment)) return [];
		const value = experiment[name];
		const left = defaultFor(name, experiment, DEFAULTS);
		if (JSON.stringify(value) === JSON.stringify(left)) return [];
		return [`${name}=${encodeValue(valueText(value))}`];
	});
	if (experiment.sweep) pairs.push(`sweep=${encodeValue(sweepText(experiment.sweep))}`);
	return [...pairs, `v=${FORMAT_VERSION}`].join('&');
}

/** Stands for a field that a point of a sweep leaves alone. */
const LEFT_OUT = '_';

/** A field's value as a link spells it. */
const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** The sweep as a small table: `learningRate~steps/0.002~600/0.003~400`. Its first row names the fields. */
function sweepText(sweep: readonly SweepPoint[]): string {
	const names = FIELD_NAMES.filter((name) => sweep.some((point) => Object.hasOwn(point, name)));
	const cell = (text: string): string => (text === LEFT_OUT ? '%5F' : text.replace(/[%~/]/g, encodeURIComponent).replace(/~/g, '%7E'));
	const rows = sweep.map((point) =>
		names.map((name) => (Object.hasOwn(point, name) ? cell(valueText(point[name as keyof SweepPoint])) : LEFT_OUT)),
	);
	return [names, ...rows].map((row) => row.join('~')).join('/');
}

/** The points that `sweepText` wrote; a text that is no such table is returned as it is, so that validation refuses it. */
function readSweepText(text: string): unknown {
	const [first, ...others] = text.split('/');
	const head = first === '' ? [] : first.split('~');
	// A row without fields and one with a single empty value are both empty.
	const rows = others.map((row) => (row === '' && head.length === 0 ? [] : row.split('~')));
	if (rows.length === 0 || rows.some((row) => row.length !== head.length)) return text;
	try {
		return rows.map((row) =>
			Object.fromEntries(
				row.flatMap((cell, i) => {
					const name = head[i];
					if (cell === LEFT_OUT) return [];
					const value = decodeURIComponent(cell);
					return [[name, isFieldName(name) ? readText(name, value) : value]];
				}),
			),
		);
	} catch {
		return text;
	}
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(text: string): unknown {
	return NUMBER.test(text) ? Number(text) : text;
}

/** The JSON value that a field's text stands for. Text that fits no value is returned as it is, so that validation refuses it. */
function readText(name: FieldName, text: string): unknown {
	const field = fieldOf(name);
	switch (field.kind) {
		case 'number':
			return text === 'null' ? null : readNumber(text);
		case 'flag':
			return text === 'true' ? true : text === 'false' ? false : text;
		case 'seeds':
			return text.split(',').map(readNumber);
		default:
			return text;
	}
}

/** The values used instead of a finding's fields, as the end of a message: `; using heads 4 and hiddenSize 64`. */
function fallback(finding: Finding, experiment: Experiment): string {
	const values = finding.reset.map((name) => {
		if (name === 'sweep') return 'no sweep';
		const value = experiment[name];
		const text = value === null ? 'none' : value === '' ? 'nothing' : Array.isArray(value) ? value.join(', ') : String(value);
		return finding.reset.length === 1 && name === finding.field ? text : `${name} ${text}`;
	});
	return values.length ? `; using ${values.join(' and ')}` : '';
}

/** The JSON value of a pair of a link. */
function readPair(name: string, text: string): unknown {
	if (name === 'sweep') return readSweepText(text);
	if (isFieldName(name)) return readText(name, text);
	return name === 'version' || name === 'seed' ? readNumber(text) : text;
}

/**
 * Reads a link: a whole URL, or its hash with or without `#`, also as other programs change it (`linkText.ts`).
 * `preset=backcopy` sets the experiment that the other fields change, and `seed=1` is short for `seeds=1`. Never throws: an
 * invalid field falls back to its default and is listed in `problems`.
 */
export function decodeLink(address: string): { experiment: Experiment; problems: Problem[] } {
	const early: Problem[] = [];
	const raw = new Map<string, unknown>();
	for (const { key, value } of linkPairs(address)) {
		if (RESULT_KEYS.includes(key)) continue;
		let text: string;
		try {
			// Not URLSearchParams, which reads `+` as a space: here it joins the parts of a method's name.
			text = decodeURIComponent(value ?? '');
		} catch {
			early.push({ field: key, message: `${key}: \`${value?.slice(0, 60)}\` is not valid percent-encoding; using the default` });
			continue;
		}
		const name = key === 'v' ? 'version' : key;
		if (raw.has(name)) early.push({ field: key, message: `${key} appears twice; using the last` });
		raw.set(name, readPair(name, text));
	}
	// Made from entries, so that a key such as `__proto__` is an unknown field like any other.
	const { experiment, findings } = readWithFindings(Object.fromEntries(raw));
	const problems = findings.map((finding) => ({ field: finding.field, message: finding.message + fallback(finding, experiment) }));
	return { experiment, problems: [...early, ...problems] };
}
