/** Reads an experiment from plain data, such as a parsed JSON file, and reports everything that is wrong with it. */

import { MAX_RUNS, MAX_SEED } from './commonFields';
import { excerpt } from './excerpt';
import { defaultExperiment, defaultFor, FIELD_NAMES, type FieldName, fieldOf, isFieldName, limitsOf } from './fields';
import { parseMethod } from './methods/names';
import { nearestName } from './nearest';
import { textProblem } from './ownText';
import { findPreset, PRESETS } from './presets';
import { RULES } from './rules';
import { countRuns } from './runs';
import { MAX_SWEEP_RUNS, sweepPoints } from './sweep';
import { type Experiment, type Problem, SHARED_BY_POINTS, type SweepPoint } from './types';

/** The only version of the format so far: `version` in a file, `v` in a link. */
export const FORMAT_VERSION = 1;

/** A problem, with every field that got its default because of it. */
export interface Finding extends Problem {
	reset: (FieldName | 'sweep')[];
}

type Reading = { ok: true; value: Experiment[FieldName] } | { ok: false; message: string; sentence?: string };

/** A refused method name. The page's sentence leaves out the field. */
const wrongMethod = (message: string): Reading => ({
	ok: false,
	message: `methods: ${message}`,
	sentence: `${message[0].toUpperCase()}${message.slice(1)}${/[.?]$/.test(message) ? '' : '.'}`,
});

function readMethods(value: unknown): Reading {
	const names = typeof value === 'string' ? value.split(',') : value;
	if (!Array.isArray(names) || names.length === 0 || !names.every((name): name is string => typeof name === 'string') || value === '') {
		const none = Array.isArray(names) && names.length === 0;
		return {
			ok: false,
			message: `methods must be ${limitsOf('methods')}, not ${excerpt(value)}`,
			sentence: none ? 'Choose at least one method.' : undefined,
		};
	}
	if (names.length > MAX_RUNS) return { ok: false, message: `methods has ${names.length} names; at most ${MAX_RUNS} are allowed` };
	const canonical: string[] = [];
	for (const name of names) {
		const result = parseMethod(name);
		if (!result.ok) return wrongMethod(result.message);
		const { method } = result;
		if (canonical.includes(method.name)) return wrongMethod(`\`${method.name}\` appears twice`);
		canonical.push(result.method.name);
	}
	return { ok: true, value: canonical };
}

function readSeeds(value: unknown): Reading {
	const seeds = typeof value === 'number' ? [value] : value;
	const isSeed = (seed: unknown): seed is number => Number.isInteger(seed) && (seed as number) >= 0 && (seed as number) <= MAX_SEED;
	if (!Array.isArray(seeds) || seeds.length === 0 || !seeds.every(isSeed))
		return { ok: false, message: `seeds must be ${limitsOf('seeds')}, not ${excerpt(value)}` };
	if (seeds.length > MAX_RUNS) return { ok: false, message: `seeds has ${seeds.length} numbers; at most ${MAX_RUNS} are allowed` };
	const clean = seeds.map((seed) => seed + 0); // −0 is the seed 0
	const twice = clean.find((seed, index) => clean.indexOf(seed) !== index);
	return twice === undefined
		? { ok: true, value: clean }
		: { ok: false, message: `seeds must be ${limitsOf('seeds')}; ${twice} appears twice` };
}

/** Checks one field's value against its own limits. */
function readField(name: FieldName, value: unknown): Reading {
	const field = fieldOf(name);
	const wrong = {
		ok: false as const,
		message: `${name} must be ${limitsOf(name)}, not ${excerpt(value)}`,
		sentence: `${field.label} must be ${limitsOf(name, 'empty')}, not ${excerpt(value)}.`,
	};
	switch (field.kind) {
		case 'number': {
			if (value === null) return field.whenNull === undefined ? wrong : { ok: true, value };
			if (typeof value !== 'number' || !(value >= field.min && value <= field.max)) return wrong;
			return field.integer && !Number.isInteger(value) ? wrong : { ok: true, value: value + 0 };
		}
		case 'choice': {
			if (typeof value !== 'string') return wrong;
			if (field.choices.includes(value)) return { ok: true, value };
			return { ok: false, message: `${wrong.message}: did you mean \`${nearestName(value, field.choices)}\`?` };
		}
		case 'flag':
			return typeof value === 'boolean' ? { ok: true, value } : wrong;
		case 'characters': {
			if (typeof value !== 'string') return wrong;
			const characters = Array.from(value);
			const valid = characters.length <= field.max && new Set(characters).size === characters.length && !/\p{Surrogate}/u.test(value);
			return valid ? { ok: true, value } : wrong;
		}
		case 'text': {
			if (typeof value !== 'string') return wrong;
			const problem = textProblem(value);
			return problem === null ? { ok: true, value } : { ok: false, message: `${name} ${problem}`, sentence: `The text ${problem}.` };
		}
		case 'methods':
			return readMethods(value);
		case 'seeds':
			return readSeeds(value);
	}
}

/** The preset that `json.preset` names, or the default one. */
function readBase(json: Record<string, unknown>, findings: Finding[]): Experiment {
	const name = json.preset;
	if (name === undefined) return defaultExperiment();
	const preset = typeof name === 'string' ? findPreset(name) : undefined;
	if (preset) return structuredClone(preset.experiment);
	const names = PRESETS.map((known) => known.name);
	const advice = typeof name === 'string' ? `: did you mean \`${nearestName(name, names)}\`?` : `; it must be one of ${names.join(', ')}`;
	findings.push({ field: 'preset', message: `unknown preset ${excerpt(name)}${advice}`, reset: [] });
	return defaultExperiment();
}

/**
 * Resets fields that break a rule to their defaults, one at a time until the rule holds, and adds a finding for each broken
 * rule. Terminates because every reset sets a field to its value in `base`, and `base` breaks no rule.
 */
function repair(experiment: Experiment, base: Experiment, findings: Finding[]): void {
	let broken = true;
	while (broken) {
		broken = false;
		for (const rule of RULES) {
			const problem = rule.check(experiment);
			if (problem === null) continue;
			broken = true;
			const finding: Finding = { field: rule.fields[0], ...problem, reset: [] };
			for (const name of rule.fields) {
				if (rule.check(experiment) === null) break;
				(experiment as unknown as Record<FieldName, unknown>)[name] = defaultFor(name, experiment, base);
				finding.reset.push(name);
			}
			findings.push(finding);
		}
	}
}

/** `readExperiment`, with a sentence for the page and the reset fields in each problem. */
export function readWithFindings(json: unknown): { experiment: Experiment; findings: Finding[] } {
	const findings: Finding[] = [];
	if (typeof json !== 'object' || json === null || Array.isArray(json)) {
		findings.push({ field: '', message: `an experiment must be a JSON object, not ${excerpt(json)}`, reset: [] });
		return { experiment: defaultExperiment(), findings };
	}
	const raw: Record<string, unknown> = { ...json };
	const base = readBase(raw, findings);
	if (raw.version !== undefined && raw.version !== FORMAT_VERSION) {
		findings.push({ field: 'version', message: `version must be ${FORMAT_VERSION}, not ${excerpt(raw.version)}`, reset: [] });
	}
	if (Object.hasOwn(raw, 'seed')) {
		const [seed, both] = [raw.seed, Object.hasOwn(raw, 'seeds')];
		delete raw.seed;
		if (both) findings.push({ field: 'seed', message: 'seed is short for seeds: give one of the two', reset: [] });
		else if (typeof seed === 'number') raw.seeds = seed;
		else
			findings.push({
				field: 'seed',
				message: `seed must be a whole number from 0 to ${MAX_SEED}, not ${excerpt(seed)}`,
				reset: ['seeds'],
			});
	}

	const sweep = raw.sweep;
	delete raw.sweep;
	const experiment = readFields(raw, base, findings);
	if (sweep !== undefined) readSweep(sweep, experiment, findings);
	return { experiment, findings };
}

/** The fields of `raw` over `base`. Names that are not fields are findings. */
function readFields(raw: Record<string, unknown>, base: Experiment, findings: Finding[]): Experiment {
	const given: Partial<Record<FieldName, unknown>> = {};
	for (const [name, value] of Object.entries(raw)) {
		if (name === 'preset' || name === 'version') continue;
		if (!isFieldName(name)) {
			const nearest = nearestName(name, [...FIELD_NAMES, 'preset', 'seed', 'version', 'sweep']);
			findings.push({ field: name, message: `unknown field \`${name.slice(0, 60)}\`: did you mean \`${nearest}\`?`, reset: [] });
			continue;
		}
		const reading = readField(name, value);
		if (reading.ok) given[name] = reading.value;
		else findings.push({ field: name, message: reading.message, sentence: reading.sentence, reset: [name] });
	}
	const experiment = { ...structuredClone(base), ...given } as Experiment;
	// After the given fields, because defaults depend on them.
	for (const name of FIELD_NAMES) {
		if (!Object.hasOwn(given, name)) Object.assign(experiment, { [name]: defaultFor(name, experiment, base) });
	}
	repair(experiment, base, findings);
	return experiment;
}

/** Names of a file that a point of a sweep can't have. */
const SHARED = [...SHARED_BY_POINTS, 'seed', 'preset', 'version'];

/** A point of a sweep, or null if it has a problem. Its fields are in the order of the table. */
function readPoint(value: unknown, place: string, base: Experiment, findings: Finding[]): SweepPoint | null {
	const wrong = (field: string, message: string) => findings.push({ field, message, reset: ['sweep'] });
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		wrong(place, `${place} must be an object with the fields that the point changes, not ${excerpt(value)}`);
		return null;
	}
	const raw: Record<string, unknown> = { ...value };
	const shared = SHARED.find((name) => Object.hasOwn(raw, name));
	if (shared !== undefined) {
		wrong(`${place}.${shared}`, `${place}.${shared}: all points of a sweep share ${shared}; set it outside the sweep`);
		return null;
	}
	const own: Finding[] = [];
	const experiment = readFields(raw, base, own);
	for (const { field, message, sentence } of own) {
		const page = sentence === undefined ? {} : { sentence: `Point ${placeNumber(place)} of the sweep: ${sentence}` };
		findings.push({
			field: `${place}.${field}`,
			message: `${place}${message.startsWith(field) ? '.' : ': '}${message}`,
			...page,
			reset: ['sweep'],
		});
	}
	if (own.length > 0) return null;
	return Object.fromEntries(FIELD_NAMES.filter((name) => Object.hasOwn(raw, name)).map((name) => [name, experiment[name]]));
}

/** `3` of `sweep[2]`. */
const placeNumber = (place: string): number => Number(/\d+/.exec(place)?.[0]) + 1;

/** Adds the sweep to `experiment`, or findings if anything in it is wrong: a part of a sweep is another experiment. */
function readSweep(value: unknown, experiment: Experiment, findings: Finding[]): void {
	const wrong = (message: string) => findings.push({ field: 'sweep', message, reset: ['sweep'] });
	if (!Array.isArray(value) || value.length === 0) {
		wrong(`sweep must be a list of one or more points, not ${excerpt(value)}`);
		return;
	}
	if (value.length > MAX_SWEEP_RUNS) {
		wrong(`sweep has ${value.length} points; at most ${MAX_SWEEP_RUNS} runs are allowed`);
		return;
	}
	const points = value.map((point, index) => readPoint(point, `sweep[${index}]`, experiment, findings));
	if (points.includes(null)) return;
	const sweep = points as SweepPoint[];
	const expanded = sweepPoints({ ...experiment, sweep }).map((each) => JSON.stringify(each.experiment));
	const twice = expanded.findIndex((text, index) => expanded.indexOf(text) !== index);
	const runs = countRuns({ ...experiment, sweep });
	if (twice >= 0) wrong(`sweep[${twice}] is the same experiment as sweep[${expanded.indexOf(expanded[twice])}]`);
	else if (runs > MAX_SWEEP_RUNS) wrong(`sweep: points × methods × seeds are ${runs} runs; at most ${MAX_SWEEP_RUNS} are allowed`);
	else experiment.sweep = sweep;
}

/**
 * Reads an experiment from parsed JSON. Fields left out get their defaults, or the values of the preset that `preset`
 * names. `methods` may be one comma-separated string, and `seed: 1` is short for `seeds: [1]`. Strings are never converted
 * to numbers. Never throws.
 *
 * The experiment can always run: an invalid field falls back to its default, and `problems` has a message with the field's
 * name and limits. Callers that do not accept fallbacks must check that `problems` is empty.
 */
export function readExperiment(json: unknown): { experiment: Experiment; problems: Problem[] } {
	const { experiment, findings } = readWithFindings(json);
	return { experiment, problems: findings.map(({ field, message }) => ({ field, message })) };
}

/** Problems of an experiment, such as the form's; empty if it can run. */
export function checkExperiment(experiment: Experiment): Problem[] {
	return readExperiment(experiment).problems;
}

/** `checkExperiment` for the page. */
export function checkWithSentences(experiment: Experiment): Problem[] {
	return readWithFindings(experiment).findings.map(({ field, message, sentence }) => ({ field, message, sentence }));
}
