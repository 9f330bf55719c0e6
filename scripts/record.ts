/**
 * Records the answers of questions, which the page shows before anything is trained:
 *   npm run record -- NAME… | all
 * Writes public/recorded/NAME.json. Each question's points and seeds are trained one after the other, as by `lab sweep`, with
 * the page's worker and store, so that the numbers are those that the page would show. What is finished is kept in
 * .cache/records, and the same command continues from there after Ctrl-C.
 */
import { mkdirSync } from 'node:fs';
import { UsageError } from '../src/cli/failure';
import { cellsOf } from '../src/cli/sweep/lines';
import { SweepProgress } from '../src/cli/sweep/screen';
import { SweepFile } from '../src/cli/sweep/sweepFile';
import { findQuestion, judge, QUESTIONS, type Question } from '../src/experiment/questions';
import { judgedResults } from '../src/experiment/questions/records';
import type { RunResult } from '../src/experiment/results';
import { type Made, madeNow, writeRecord } from './record/file';
import { Recorder } from './record/recorder';

const FOLDER = '.cache/records';
const names = QUESTIONS.map(({ name }) => name);
const USAGE = `usage: npm run record -- NAME… | all
  NAME  one of ${names.join(', ')}`;

export async function main(argv: string[]): Promise<number> {
	const wanted = argv.length === 1 && argv[0] === 'all' ? names : argv;
	const questions = wanted.map(findQuestion);
	const unknown = wanted.find((_, i) => !questions[i]);
	if (wanted.length === 0 || unknown !== undefined) {
		console.error(unknown === undefined ? USAGE : `unknown question \`${unknown}\`\n${USAGE}`);
		return 2;
	}
	const recorder = new Recorder();
	try {
		for (const question of questions as Question[]) await record(question, recorder);
		return 0;
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		console.error(error.message);
		return 1;
	} finally {
		recorder.close();
	}
}

async function record(question: Question, recorder: Recorder): Promise<void> {
	const { name, experiment } = question;
	mkdirSync(FOLDER, { recursive: true });
	const cells = cellsOf(experiment);
	const file = new SweepFile(`${FOLDER}/${name}.jsonl`, experiment, cells);
	const missing = cells.filter(({ runs }) => !file.lines.has(runs[0]));
	console.error(`${name}: ${missing.length} of ${cells.length} trainings to do`);
	const finished = cells.filter((cell) => !missing.includes(cell));
	// The recorder trains every cell by itself.
	const progress = new SweepProgress(cells, finished, ({ runs }) => runs);
	file.open(await recorder.adapter());
	for (const cell of missing) {
		const results = await recorder.train(cell, experiment, (run) => progress.stepped(run));
		const made = madeNow();
		const lines = results.map((result, i) => JSON.stringify({ run: cell.runs[i], result, made }));
		file.add(cell, lines);
		progress.ended(cell);
	}
	progress.end();
	const trained = cells.flatMap(({ runs }) =>
		runs.map((run) => JSON.parse(file.lines.get(run) as string) as { result: RunResult; made: Made }),
	);
	const results = trained.map(({ result }) => result);
	const [last] = trained.map(({ made }) => made).sort((a, b) => b.when.localeCompare(a.when));
	const path = writeRecord(question, results, await recorder.adapter(), last);
	const { verdict, findings } = judge(question, results.map(judgedResults));
	console.error(`${path}: ${verdict}`);
	for (const { expectation, value, outcome } of findings)
		console.error(
			`  ${expectation.text} ${outcome}: ${value.mean.toPrecision(3)} ± ${value.half?.toPrecision(2) ?? '–'} (${value.n} seeds)`,
		);
}
