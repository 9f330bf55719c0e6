/** Verdicts of questions, from runs alone. Expectations are declared next to each question's prediction, before they were recorded. */
import { type Summary, summary } from '../statistics';
import { type JudgedRun, type Statistic, statisticBySeed } from './statistic';

/** A statement that data can confirm or contradict. */
export interface Expectation {
	/** The statement as a sentence. */
	text: string;
	statistic: Statistic;
	/**
	 * Where the mean over seeds should lie:
	 * - `above`, `below`: it holds if the 95 % t-interval is on that side of the number;
	 * - `within`: it holds if the interval is inside;
	 * - `unless`: it holds if the interval is not on that side of 0. It states that no such difference is seen, not that there is none.
	 */
	holds: { above: number } | { below: number } | { within: readonly [number, number] } | { unless: 'above' | 'below' | 'either' };
}

/** The statements that decide a question. */
export interface Statements {
	expectations: readonly Expectation[];
	/** `paper`: they are the paper's claims. `prediction`: they are ours. */
	basis: 'paper' | 'prediction';
}

/** `holds`; `contradicted`: the interval is on the other side; `unclear`: it is on both, or there is one seed. */
type Outcome = 'holds' | 'contradicted' | 'unclear' | 'not recorded';

export interface Finding {
	expectation: Expectation;
	/** Of the statistic over seeds. */
	value: Summary;
	bySeed: ReadonlyMap<number, number>;
	outcome: Outcome;
}

export type Verdict = 'as the paper says' | 'as predicted' | 'not seen at this size' | 'the other way round' | 'not recorded';

export interface Judgement {
	verdict: Verdict;
	/** One per expectation. */
	findings: readonly Finding[];
}

function outcomeOf({ n, mean, half }: Summary, holds: Expectation['holds']): Outcome {
	if (n === 0) return 'not recorded';
	if (half === null) return 'unclear';
	const [low, high] = [mean - half, mean + half];
	if ('above' in holds) return low > holds.above ? 'holds' : high < holds.above ? 'contradicted' : 'unclear';
	if ('below' in holds) return high < holds.below ? 'holds' : low > holds.below ? 'contradicted' : 'unclear';
	if ('within' in holds) {
		const [least, most] = holds.within;
		return low >= least && high <= most ? 'holds' : high < least || low > most ? 'contradicted' : 'unclear';
	}
	const seen = (holds.unless !== 'below' && low > 0) || (holds.unless !== 'above' && high < 0);
	return seen ? 'contradicted' : 'holds';
}

/**
 * The verdict of a question. The first of these that is true:
 * - `not recorded`: runs for an expectation are missing;
 * - `as the paper says` or `as predicted`, by its basis: every expectation holds;
 * - `the other way round`: an expectation is contradicted, and none that predicts a difference holds;
 * - `not seen at this size`.
 */
export function judge({ expectations, basis }: Statements, runs: readonly JudgedRun[]): Judgement {
	const findings = expectations.map((expectation): Finding => {
		const bySeed = statisticBySeed(expectation.statistic, runs);
		const value = summary(bySeed.values());
		return { expectation, value, bySeed, outcome: outcomeOf(value, expectation.holds) };
	});
	return { verdict: verdictOf(findings, basis), findings };
}

function verdictOf(findings: readonly Finding[], basis: Statements['basis']): Verdict {
	const any = (outcome: Outcome, among = findings) => among.some((finding) => finding.outcome === outcome);
	if (findings.length === 0 || any('not recorded')) return 'not recorded';
	if (findings.every(({ outcome }) => outcome === 'holds')) return basis === 'paper' ? 'as the paper says' : 'as predicted';
	const differences = findings.filter(({ expectation }) => !('unless' in expectation.holds));
	return any('contradicted') && !any('holds', differences) ? 'the other way round' : 'not seen at this size';
}
