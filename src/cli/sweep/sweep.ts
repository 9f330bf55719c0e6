import { sharedRunsSentence } from '../../experiment/runs';
import { readArguments, type Usage } from '../arguments';
import type { Command } from '../command';
import { experimentNamed } from '../experiment';
import { FAILED } from '../failure';
import { CompileProgress } from '../output/compileProgress';
import { type Cell, cellsOf, keysOf, type RunLine, runLines, summaryLines } from './lines';
import { SweepProgress, sweepTable } from './screen';
import { SweepFile } from './sweepFile';
import { trainCells } from './trainCells';

const help = `usage: npm run -s lab -- sweep EXPERIMENT [--json] [--out FILE]

Trains an experiment at every point of its sweep, and compares the methods at each.

  EXPERIMENT  a JSON file, a preset's name, or a share link or its hash. Its \`sweep\` lists the points, each with
              the fields that it changes: {"sweep": [{"sequenceLength": 32, "batchSize": 128}, …]}. A point may have
              its own \`methods\`. Points × methods × seeds are at most 300 runs. A run that several points have, such as
              vanilla with the same settings, trains and counts once, and has a line at each.
  --out FILE  keep finished runs in FILE. The same command continues from there after Ctrl-C or a crash.
  --json      JSON lines on stdout instead of a table:
                {"run","point":{…},"method","seed","steps","cumulativeLearningRate","validationLoss",
                 "criticalPoint",…} per finished run, with the task's metrics. The critical point is the step at
                 which the baseline passes the method, "not reached" or "never ahead". A run whose loss became
                 NaN or infinite has "diverged":true.
                {"point","method","metric","layer","n","mean","halfWidth","difference":{"n","mean","halfWidth",
                 "separated"}} at the end per point, method and metric. halfWidth is half of the 95 % t-interval
                 over seeds. The difference is by seed, from vanilla at this point or at one that differs in
                 its methods alone, or else from the point's first method.
              Losses are in nats. NaN and infinity are printed as null.

Exit codes: 0 if any run finished, 1 if none did, 2 if an argument or file is invalid, 130 after Ctrl-C.`;

const usage: Usage = { command: 'sweep', operand: 'EXPERIMENT', options: { json: 'flag', out: 'text' } };

export const sweepCommand: Command = {
	help,
	async run(argv, signal) {
		const { operand, flags, texts } = readArguments(argv, usage);
		const experiment = experimentNamed(operand);
		const cells = cellsOf(experiment);
		const shared = sharedRunsSentence(experiment);
		if (shared) console.error(shared);
		const out = texts.get('out');
		const file = out === undefined ? null : new SweepFile(out, experiment, cells);
		const lines = await finishedLines(cells, file, flags.has('json'), signal);
		if (signal.aborted) return FAILED;
		const runs = lines.map((line) => JSON.parse(line) as RunLine);
		const summaries = summaryLines(experiment, runs);
		if (flags.has('json')) for (const summary of summaries) print(JSON.stringify(summary));
		else console.log(sweepTable(experiment, summaries));
		return runs.some(({ diverged }) => !diverged) ? 0 : FAILED;
	},
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The lines of all cells in their order: those of `file`, and those of the cells that it lacks, which are trained. */
async function finishedLines(cells: readonly Cell[], file: SweepFile | null, json: boolean, signal: AbortSignal): Promise<string[]> {
	const known = file?.lines ?? new Map<string, string>();
	const missing = cells.filter(({ runs }) => !known.has(runs[0]));
	const lines: string[] = [];
	let shown = 0;
	/** Prints the lines of cells up to the first that is not finished. */
	const show = () => {
		for (; shown < cells.length && known.has(cells[shown].runs[0]); shown++) {
			for (const run of cells[shown].runs) {
				const line = known.get(run) as string;
				lines.push(line);
				if (json) print(line);
			}
		}
	};
	show();
	if (missing.length === 0) return lines;
	const isDone = ({ runs }: Cell) => known.has(runs[0]);
	const progress = new SweepProgress(cells, cells.filter(isDone));
	const compiling = new CompileProgress();
	try {
		await trainCells(missing, signal, {
			opened: ({ context }) => file?.open(context.adapter.name),
			compiling: (...kernels) => progress.compiling(...kernels) || compiling.report(...kernels),
			stepped: (run) => progress.stepped(run),
			ended(cell, endings) {
				const texts = runLines(cell, endings).map((line) => JSON.stringify(line));
				if (file) file.add(cell, texts);
				else cell.runs.forEach((run, i) => void known.set(run, texts[i]));
				progress.ended(cell);
				show();
			},
			note: (text) => progress.note(text),
		});
	} finally {
		compiling.end();
		progress.end();
		if (signal.aborted && file) {
			const count = (of: readonly Cell[]) => new Set(of.flatMap(keysOf)).size;
			console.error(`${count(cells.filter(isDone))} of ${count(cells)} runs are in ${file.path}; the same command continues from there`);
		}
	}
	return lines;
}
