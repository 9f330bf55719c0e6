/** `links-9b51d13.json` was written by that commit: links that people have kept must not change their meaning. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultExperiment, FIELD_NAMES, type FieldName } from '../../src/experiment/fields';
import { decodeLink, encodeLink } from '../../src/experiment/link';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';

interface Kept {
	fields: FieldName[];
	presets: { name: string; link: string; changes: Partial<Experiment> }[];
	/** `changes`: what differs from the default experiment; `problems`: their fields; `again`: the link of what was read. */
	links: { link: string; changes: Partial<Experiment>; problems: string[]; again: string }[];
}

const kept: Kept = JSON.parse(readFileSync(new URL('links-9b51d13.json', import.meta.url), 'utf8'));
/** Presets whose experiments have changed since: more seeds, and a task on which the sink shows. */
const CHANGED = ['default', 'backcopy'];
const experimentOf = (changes: Partial<Experiment>): Experiment => ({ ...defaultExperiment(), ...changes });

describe('links of commit 9b51d13', () => {
	it.each(kept.links)('$link reads the same', ({ link, changes, problems, again }) => {
		const { experiment, problems: found } = decodeLink(link);
		expect(JSON.stringify(experiment)).toBe(JSON.stringify(experimentOf(changes)));
		expect(found.map(({ field }) => field)).toEqual(problems);
		// The default experiment's link was empty; an empty address is now the first question.
		expect(encodeLink(experiment)).toBe(again || 'v=1');
	});

	it.each(kept.presets)('the link of the preset $name reads the same', ({ name, link, changes }) => {
		expect(findPreset(name)).toBeDefined();
		const experiment = experimentOf(changes);
		expect(decodeLink(link)).toEqual({ experiment, problems: [] });
		expect(encodeLink(experiment)).toBe(link || 'v=1');
	});

	it.each(kept.presets.filter(({ name }) => !CHANGED.includes(name)))('the preset $name is the same', ({ name, changes }) => {
		expect(findPreset(name)?.experiment).toEqual(experimentOf(changes));
	});

	it('has its fields in today’s order', () => {
		expect(FIELD_NAMES.filter((name) => kept.fields.includes(name))).toEqual(kept.fields);
	});
});
