/**
 * Copy, reverse and sort: the usual controls (docs/METHODS.md section 4).
 *
 *     <s> x₁ … x_n → y₁ … y_n        y = x, or x backwards, or x in ascending order; n = ⌊(T − 1)/2⌋
 *
 * The x are uniform and may repeat. Loss and accuracy are over the answer only. The sequence has 2n + 2 tokens: if T is
 * odd, the last is a target only.
 */
import { SEPARATOR, START } from '../../experiment/tasks/tokens';
import type { Experiment } from '../../experiment/types';
import type { Task } from '../task';
import { Vocabulary } from '../vocabulary';
import { DrawnTask, numbered, writeSequence } from './drawn';

const SPECIALS = [START, SEPARATOR];

/** Creates the task whose answer to x [n] is `answer(x)` [n]. */
export function createRearrangement(answer: (given: Int32Array) => Int32Array): (experiment: Experiment) => Task {
	return (experiment) => {
		const { vocabularySize, sequenceLength } = experiment;
		const length = Math.floor((sequenceLength - 1) / 2);
		return new DrawnTask(experiment, Vocabulary.ofWords(numbered(vocabularySize, SPECIALS)), (random, inputs, targets) => {
			const given = Int32Array.from({ length }, () => SPECIALS.length + random.integer(vocabularySize - SPECIALS.length));
			writeSequence([0, ...given, 1, ...answer(given)], length + 2, inputs, targets);
		});
	};
}
