import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { UsageError } from '../../src/cli/failure';
import type { Question } from '../../src/experiment/questions';
import { RESULTS_VERSION, type Results, type RunResult } from '../../src/experiment/results';
import { evenly } from '../../src/session/client/runs/thinning';

/** Largest size of a record as a server sends it, gzip bytes. */
const MOST_BYTES = 250_000;
/** Numbers of probes and of points of a curve to try, until the record is small enough. */
const PROBES = [13, 9, 7, 5, 4, 3, 2, 1, 0];
const POINTS = [240, 120, 60, 30];
/** Fewest probes by what a question shows. A chart of losses or of final values does not need maps, which may be too large. */
const LEAST_PROBES: Readonly<Record<Question['shows'], number>> = { attention: 3, layers: 1, loss: 0, sweep: 0 };

/** Writes public/recorded/NAME.json. @param made when the last of the runs was trained, and by which code @returns its path @throws UsageError if it is too large without any probe */
export function writeRecord({ name, experiment, shows }: Question, runs: readonly RunResult[], adapter: string, made: Made): string {
	const head: Omit<Results, 'runs'> = {
		version: RESULTS_VERSION,
		recordedAt: made.when,
		adapter,
		provenance: { commit: made.commit, command: `npm run record -- ${name}` },
		experiment,
	};
	// Curves become coarser before the last probes are lost that a question about attention needs.
	const least = LEAST_PROBES[shows];
	for (const points of POINTS) {
		for (const probes of PROBES) {
			const text = `${JSON.stringify({ ...head, runs: runs.map((run) => reduced(run, points, probes)) })}\n`;
			const { length } = gzipSync(text);
			if (length > MOST_BYTES || (probes < least && points > POINTS[POINTS.length - 1])) continue;
			const path = `public/recorded/${name}.json`;
			mkdirSync('public/recorded', { recursive: true });
			writeFileSync(path, text);
			console.error(`${path}: ${length} bytes gzip, ${points} points a curve, ${probes} probes a run of the first seed`);
			return path;
		}
	}
	throw new UsageError(`the record of ${name} has more than ${MOST_BYTES} bytes gzip`);
}

/** A run with fewer points and probes. The last of each are kept. */
function reduced(run: RunResult, points: number, probes: number): RunResult {
	const some = <T>(list: readonly T[], most: number): T[] => evenly(list.length, most).map((index) => list[index]);
	const kept = evenly(run.losses.steps.length, points);
	const { steps, values, sums, seconds } = run.losses;
	return {
		...run,
		losses: {
			steps: kept.map((i) => steps[i]),
			values: kept.map((i) => values[i]),
			sums: kept.map((i) => sums[i]),
			seconds: kept.map((i) => seconds[i]),
		},
		history: some(run.history, points),
		frames: some(run.frames, probes).map((frame) => ({ ...frame, probabilities: rounded(frame.probabilities) })),
	};
}

/** Probabilities rounded to 8/65535, so within 6.2e-5: without noise in their last digits they compress better. */
function rounded(base64: string): string {
	const bytes = Buffer.from(base64, 'base64');
	const numbers = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
	for (let i = 0; i < numbers.length; i++) numbers[i] = Math.min(65535, Math.round(numbers[i] / 8) * 8);
	return Buffer.from(numbers.buffer).toString('base64');
}

/** The occasion of a training. */
export interface Made {
	/** ISO 8601. */
	when: string;
	/** The commit that was checked out; with a plus sign if files were changed. */
	commit: string;
}

export function madeNow(): Made {
	const git = (...argv: string[]) => execFileSync('git', argv, { encoding: 'utf8' }).trim();
	const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
	return { when: new Date().toISOString(), commit: `${git('rev-parse', '--short=9', 'HEAD')}${changed ? '+' : ''}` };
}
