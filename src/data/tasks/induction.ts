/**
 * Induction (docs/METHODS.md section 4; after Olsson et al., *In-context Learning and Induction Heads*, 2022): `<s>`, then
 * r = ⌊T/2⌋ random tokens, then the same r again. Loss and accuracy are over the repetition, r answers, the first of which
 * follows the last token of the first half. The sequence has 2r + 1 tokens: if T is even, the last is a target only.
 */
import { START } from '../../experiment/tasks/tokens';
import type { Experiment } from '../../experiment/types';
import type { Task } from '../task';
import { Vocabulary } from '../vocabulary';
import { DrawnTask, numbered, writeSequence } from './drawn';

export function createInductionTask(experiment: Experiment): Task {
	const { vocabularySize, sequenceLength } = experiment;
	const half = Math.floor(sequenceLength / 2);
	return new DrawnTask(experiment, Vocabulary.ofWords(numbered(vocabularySize, [START])), (random, inputs, targets) => {
		const sequence = new Int32Array(2 * half + 1); // <s> is token 0
		for (let t = 1; t <= half; t++) sequence[t] = sequence[t + half] = 1 + random.integer(vocabularySize - 1);
		writeSequence(sequence, half + 1, inputs, targets);
	});
}
