import type { JudgedRun } from '../../experiment/questions';
import { pointsOf } from '../../experiment/runs';
import type { RunView } from '../../session/client/store/labSnapshot';

/** Runs as `judge` reads them. Left out are forks and runs whose λ the user has set: they are other trainings. */
export const judgedRuns = (runs: readonly RunView[]): JudgedRun[] =>
	runs
		.filter(({ info }) => info.fork === null && info.lambdaEdits.length === 0)
		.flatMap(({ info, metrics, finished, divergedAt }) =>
			pointsOf(info).map((point) => ({
				method: info.method,
				seed: info.seed,
				point,
				metrics: finished && divergedAt === null ? metrics : null,
			})),
		);
