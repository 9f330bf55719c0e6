import { changedField, forkExperiment, isForkField } from './fork';
import { experimentOf, type Results, type RunResult } from './results';
import { checkLists, parse, Refusal, refuse, resultsSchema, runSchema } from './resultsSchema';
import type { Experiment, Problem } from './types';
import { readExperiment } from './validate';

/** Largest number of steps of all runs together, because memory for losses grows with it. */
const MAX_TOTAL_STEPS = 10_000_000;

/**
 * Reads results from parsed JSON. Never throws: an invalid run is left out and listed in `problems`, and `results` is null
 * if nothing can be read. Fields of the experiment fall back as in `readExperiment`.
 */
export function readResults(json: unknown): { results: Results | null; problems: Problem[] } {
	const problems: Problem[] = [];
	const report = (error: unknown, consequence: string) => {
		if (!(error instanceof Refusal)) throw error;
		problems.push({ field: error.field, message: `${error.message}${consequence}` });
	};
	try {
		const { version, recordedAt, adapter, provenance, runs: listed, ...top } = parse(resultsSchema, json);
		const { experiment, problems: wrong } = readExperiment(top.experiment);
		problems.push(...wrong.map(({ field, message }) => ({ field: `experiment.${field}`, message })));
		const runs: RunResult[] = [];
		const ids = new Set<string>();
		let total = 0;
		listed.forEach((item, i) => {
			const path = `runs[${i}]`;
			try {
				const run = readRun(item, path, experiment);
				if (ids.has(run.id)) refuse(`${path}.id`, 'is the id of another run');
				if (total + run.step > MAX_TOTAL_STEPS) refuse(path, `exceeds ${MAX_TOTAL_STEPS} steps of all runs together`);
				ids.add(run.id);
				total += run.step;
				runs.push(run);
			} catch (error) {
				report(error, '; the run is left out');
			}
		});
		const nothing = runs.length === 0 && listed.length > 0;
		return { results: nothing ? null : { version, recordedAt, adapter, ...(provenance && { provenance }), experiment, runs }, problems };
	} catch (error) {
		report(error, '');
		return { results: null, problems };
	}
}

function readRun(json: unknown, path: string, experiment: Experiment): RunResult {
	const run = parse(runSchema, json, path);
	checkLists(run, path);
	// The form or a fork may start from this experiment, so it must be valid.
	const trained = experimentOf(run, experiment);
	const { problems } = readExperiment(trained);
	if (problems.length > 0) refuse(`${path}.changes`, problems[0].message);
	if (run.fork) checkChange(run.fork.change, trained, `${path}.fork.change`);
	return run;
}

/** Checks a fork's change, which the page describes and lets the user repeat. @throws Refusal */
function checkChange(change: Partial<Experiment>, trained: Experiment, path: string): void {
	const names = Object.keys(change);
	if (changedField(change) === undefined || !names.every(isForkField))
		refuse(path, 'must be one field that a fork can change, with or without the number of steps');
	const { problems } = readExperiment(forkExperiment(trained, change));
	if (problems.length > 0) refuse(path, problems[0].message);
}
