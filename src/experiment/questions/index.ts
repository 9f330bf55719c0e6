/** The paper's questions, and those of its doubters. `judge` decides each from runs alone. */
import type { Experiment } from '../types';
import { LOSS_QUESTIONS } from './losses';
import type { Question } from './question';
import { SINK_QUESTIONS } from './sinks';

export type { Question } from './question';
export { type JudgedRun, quantityOf } from './statistic';
export { type Expectation, type Finding, type Judgement, judge, type Verdict } from './verdict';

const { sink, backcopy, sinkLetters, provableSink, optimizer, depthSink, depth } = SINK_QUESTIONS;
const { learning, sequenceLength, summedRate, cache, residuals, layer, lambda, learnedLambda, rivals } = LOSS_QUESTIONS;

/** In the order of the gallery. The first is shown on a first visit. */
export const QUESTIONS: readonly Question[] = [
	sink,
	backcopy,
	sinkLetters,
	provableSink,
	optimizer,
	learning,
	depthSink,
	depth,
	sequenceLength,
	summedRate,
	cache,
	residuals,
	layer,
	lambda,
	learnedLambda,
	rivals,
];

export const FIRST_QUESTION = sink;

/** The question called `name`, if there is one. */
export const findQuestion = (name: string): Question | undefined => QUESTIONS.find((question) => question.name === name);

/** True if all fields are equal. */
const equal = (a: Experiment, b: Experiment): boolean =>
	[...new Set([...Object.keys(a), ...Object.keys(b)])].every(
		(key) => JSON.stringify(a[key as keyof Experiment]) === JSON.stringify(b[key as keyof Experiment]),
	);

/** The question that `experiment` asks, if it is exactly one of theirs. */
export const questionOf = (experiment: Experiment): Question | undefined =>
	QUESTIONS.find((question) => equal(question.experiment, experiment));
