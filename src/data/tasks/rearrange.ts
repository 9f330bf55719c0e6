/**
 * Copy, reverse and sort: the usual controls (METHODS.md section 4).
 *
 *     <s> x₁ … x_n → y₁ … y_n        y = x, or x backwards, or x in ascending order; n = ⌊(T − 1)/2⌋
 *
 * The x are uniform and may repeat. Loss and accuracy on the answer only. The sequence has 2n + 2 tokens: with an odd T
 * the last is a target only.
 */
import type { Experiment } from '../../experiment/types';
import type { Task } from '../task';
import { START, Vocabulary } from '../vocabulary';
import { DrawnTask, numbered, writeSequence } from './drawn';

export const SEPARATOR = '→';
const SPECIALS = [START, SEPARATOR];

function createTask(experiment: Experiment, answer: (given: Int32Array) => Int32Array): Task {
	const { vocabularySize, sequenceLength } = experiment;
	const length = Math.floor((sequenceLength - 1) / 2);
	return new DrawnTask(experiment, Vocabulary.ofWords(numbered(vocabularySize, SPECIALS)), (random, inputs, targets) => {
		const given = Int32Array.from({ length }, () => SPECIALS.length + random.integer(vocabularySize - SPECIALS.length));
		writeSequence([0, ...given, 1, ...answer(given)], length + 2, inputs, targets);
	});
}

export const createCopyTask = (experiment: Experiment): Task => createTask(experiment, (given) => given);
export const createReverseTask = (experiment: Experiment): Task => createTask(experiment, (given) => given.toReversed());
export const createSortTask = (experiment: Experiment): Task => createTask(experiment, (given) => given.toSorted());
