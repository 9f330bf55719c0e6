import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/experiment/presets';
import { readResults } from '../../src/experiment/readResults';

const file = (name: string) => new URL(`../../public/recorded/${name}.json`, import.meta.url);

describe('the recorded results of a preset', () => {
	it.each(PRESETS.filter(({ recorded }) => recorded))(
		'$name: every run of the preset as it is, to its end, with maps of the first seed',
		({ name, experiment }) => {
			const { results, problems } = readResults(JSON.parse(readFileSync(file(name), 'utf8')));
			expect(problems).toEqual([]);
			expect(results?.experiment).toEqual(experiment);
			expect(results?.runs.map(({ method, seed }) => [method, seed])).toEqual(
				experiment.methods.flatMap((method) => experiment.seeds.map((seed) => [method, seed])),
			);
			for (const run of results?.runs ?? []) {
				expect([run.finished, run.step, run.changes]).toEqual([true, experiment.steps, {}]);
				expect(run.frames.at(-1)?.step).toBe(run.seed === experiment.seeds[0] ? experiment.steps : undefined);
			}
		},
	);

	it('exist for each preset that is marked as recorded, and for no other', () => {
		for (const { name, recorded } of PRESETS) expect(existsSync(file(name)), name).toBe(recorded ?? false);
	});
});
