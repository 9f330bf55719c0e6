/** What a card shows of a question's results. Loaded when its card comes into view. */
import { type Judgement, judge, type Question } from '../../experiment/questions';
import type { Results } from '../../experiment/results';
import type { LabClient } from '../../session/client/client';
import { runsFromResults } from '../../session/client/results/runsFromResults';
import { judgedRuns } from '../measures/judged';
import { fetchResults } from '../shared/fetchResults';
import { provenanceText } from '../shared/Provenance';
import { type Figure, figureOf } from './figures/figure';

export interface CardRecord {
	/** The results are of the user's own training. */
	own: boolean;
	judgement: Judgement;
	figure: Figure | null;
	/** Distinct seeds. */
	seeds: number;
	provenance: string;
}

function recordOf(question: Question, results: Results, own: boolean): CardRecord {
	const runs = runsFromResults(results);
	return {
		own,
		judgement: judge(question, judgedRuns(runs)),
		figure: figureOf(question, runs),
		seeds: new Set(runs.map(({ info }) => info.seed)).size,
		provenance: provenanceText(results, own),
	};
}

/** Records that were read, by question: of a file of half a megabyte, a card keeps its figure and verdict. */
const read = new Map<string, CardRecord>();

/** One after the other, so that reading them never blocks the page for long. */
let queue: Promise<unknown> = Promise.resolve();

/** The user's own results of the question if the browser has kept them, or else its record; null if there are none. */
export function loadCard(client: LabClient, question: Question, signal: AbortSignal): Promise<CardRecord | null> {
	const next = queue.then(() => load(client, question, signal));
	// A card whose record fails must not stop the others.
	queue = next.catch(() => null);
	return next;
}

async function load(client: LabClient, question: Question, signal: AbortSignal): Promise<CardRecord | null> {
	if (signal.aborted) return null;
	const own = await client.recall(question.experiment);
	if (own) return recordOf(question, own, true);
	const known = read.get(question.name);
	if (known || !question.recorded) return known ?? null;
	const results = await fetchResults(question.name, signal);
	if (!results) return null;
	const record = recordOf(question, results, false);
	read.set(question.name, record);
	return record;
}
