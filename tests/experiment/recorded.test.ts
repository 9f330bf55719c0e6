import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judge, QUESTIONS } from '../../src/experiment/questions';
import { judgedResults } from '../../src/experiment/questions/records';
import { readResults } from '../../src/experiment/readResults';
import type { Results } from '../../src/experiment/results';
import { sweepPoints } from '../../src/experiment/sweep';
import { runsFromResults } from '../../src/session/client/results/runsFromResults';

const file = (name: string) => new URL(`../../public/recorded/${name}.json`, import.meta.url);
const recorded = QUESTIONS.filter((question) => question.recorded);

/** Verdicts as the documents and the page's texts rely on them. */
const VERDICTS: Record<string, string> = {
	sink: 'as predicted',
	backcopy: 'as predicted',
	'sink-letters': 'not seen at this size',
	'provable-sink': 'as predicted',
	optimizer: 'not seen at this size',
	default: 'as the paper says',
	'depth-sink': 'not seen at this size',
	depth: 'not seen at this size',
	'sequence-length': 'not seen at this size',
	'summed-rate': 'not seen at this size',
	cache: 'the other way round',
	residuals: 'not seen at this size',
	layer: 'not seen at this size',
	lambda: 'not seen at this size',
	'learned-lambda': 'as the paper says',
	rivals: 'not seen at this size',
};

function record(name: string): Results {
	const { results, problems } = readResults(JSON.parse(readFileSync(file(name), 'utf8')));
	expect(problems).toEqual([]);
	return results as Results;
}

describe.each(recorded.map((question) => [question.name, question] as const))('the record of %s', (name, question) => {
	const { experiment } = question;
	const results = record(name);

	it('has every run of the question as it is, to its end, and maps of the first seed only', () => {
		expect(results.experiment).toEqual(experiment);
		expect(results.runs.map(({ point = 0, method, seed }) => [point, seed, method])).toEqual(
			sweepPoints(experiment).flatMap((point) =>
				experiment.seeds.flatMap((seed) => point.experiment.methods.map((method) => [point.index, seed, method])),
			),
		);
		for (const run of results.runs) {
			const point = sweepPoints(experiment)[run.point ?? 0];
			expect([run.finished, run.step]).toEqual([true, point.experiment.steps]);
			expect({ ...experiment, ...run.changes }).toEqual({
				...point.experiment,
				...(experiment.sweep && { methods: experiment.methods, sweep: experiment.sweep }),
			});
			// Many maps may be too large for a record, and only these questions are about them.
			const needsMaps = question.shows === 'attention' || question.shows === 'layers';
			const hasMaps = run.frames.length > 0 || (run.seed === experiment.seeds[0] && needsMaps);
			expect(run.frames.at(-1)?.step).toBe(hasMaps ? point.experiment.steps : undefined);
			if (run.seed !== experiment.seeds[0]) expect(run.frames).toEqual([]);
		}
	});

	it('says where it is from, and is small', () => {
		expect(results.provenance).toEqual({ commit: expect.stringMatching(/^[0-9a-f]{9}$/), command: `npm run record -- ${name}` });
		expect(results.adapter).not.toBeNull();
		expect(gzipSync(readFileSync(file(name))).length).toBeLessThan(250_000);
	});

	it('has the verdict that its question’s rule gives', () => {
		const { verdict, findings } = judge(question, results.runs.map(judgedResults));
		expect(verdict).toBe(VERDICTS[name]);
		for (const { value } of findings) expect(value.n).toBe(experiment.seeds.length);
	});
});

describe('records', () => {
	it('exist for each question that is marked as recorded, and for no other', () => {
		for (const { name, recorded } of QUESTIONS) expect(existsSync(file(name)), name).toBe(recorded ?? false);
	});

	it('show the sink in the open map of the first question', () => {
		const vanilla = runsFromResults(record('sink')).find(({ info }) => info.method === 'vanilla');
		const map = vanilla?.maps;
		const { heads, length, probabilities } = map as NonNullable<typeof map>;
		expect(heads).toBe(1);
		// Layer 1: rows from the second on, since the first can only attend to itself.
		let sum = 0;
		for (let i = 1; i < length; i++) sum += probabilities[i * length];
		expect(sum / (length - 1)).toBeGreaterThan(0.5);
	});
});
