import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { readResults } from '../../src/experiment/readResults';
import { experimentOf, type Results } from '../../src/experiment/results';
import { checkExperiment } from '../../src/experiment/validate';
import { runsFromResults } from '../../src/session/client/results/runsFromResults';
import { allOf, BOUNDED, editedJson, jsonEdits } from '../support/properties';

/** Results that commit 9b51d13 recorded, cut down: two runs, a few points and one probe each. */
const smallFile = () => JSON.parse(readFileSync(new URL('results-9b51d13.json', import.meta.url), 'utf8')) as Results;

/** Everything in results that later code relies on. */
function expectSound(results: Results): void {
	expect(checkExperiment(results.experiment)).toEqual([]);
	expect(new Set(results.runs.map(({ id }) => id)).size).toBe(results.runs.length);
	for (const run of results.runs) {
		expect(checkExperiment(experimentOf(run, results.experiment))).toEqual([]);
		const { steps, values, sums, seconds } = run.losses;
		expect([values.length, sums.length, seconds.length]).toEqual([steps.length, steps.length, steps.length]);
		expect([...steps, ...values, ...sums, run.step, run.parameters].every(Number.isFinite)).toBe(true);
		expect(steps.every((step, i) => step >= 0 && step <= run.step && (i === 0 || step > steps[i - 1]))).toBe(true);
	}
}

describe('a results file', () => {
	const file = smallFile();

	it('has no problem if nothing is changed', () => {
		const { results, problems } = readResults(structuredClone(file));
		expect(problems).toEqual([]);
		// A field that is newer than the file has its default.
		expect(results).toEqual({ ...file, experiment: { ...defaultExperiment(), ...file.experiment } });
	});

	it('with any change never throws, and the runs that are read are valid and can be shown', () => {
		fc.assert(
			fc.property(jsonEdits, (edits) => {
				const { results, problems } = readResults(editedJson(file, edits));
				for (const { message } of problems) {
					expect(message.length).toBeLessThan(1500);
					expect(message).not.toMatch(/undefined/);
				}
				if (results === null) expect(problems.length).toBeGreaterThan(0);
				else {
					expectSound(results);
					for (const run of runsFromResults(results)) if (run.frames.steps.length > 0) run.frames.at(0);
				}
			}),
			allOf(10_000, 'changed results'),
		);
	}, 180_000);

	it('with lists of any depth in any place never throws', () => {
		const deep = () => JSON.parse('['.repeat(1e5) + ']'.repeat(1e5));
		for (const key of Object.keys(file)) expect(() => readResults({ ...file, [key]: deep() })).not.toThrow();
		for (const key of Object.keys(file.runs[0])) {
			const { problems } = readResults({ ...file, runs: [{ ...file.runs[0], [key]: deep() }] });
			expect(problems.length, key).toBe(1);
		}
	});

	it('that is any other JSON never throws', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (json) => {
				expect(readResults(json).results).toBeNull();
			}),
			BOUNDED,
		);
	});
});
