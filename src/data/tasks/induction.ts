/**
 * Induction (docs/METHODS.md section 4; after Olsson et al., *In-context Learning and Induction Heads*, 2022): `<s>`, then
 * r = ⌊T/2⌋ tokens, then the same r again. The sequence has 2r + 1 tokens: if T is even, the last is a target only.
 *
 * Of random tokens, loss and accuracy are over the repetition, r answers, the first of which follows the last token of the
 * first half. Of a passage of the book they are over all positions, because its characters can be predicted the first time too.
 */
import { tailStart } from '../../experiment/ownText';
import { START } from '../../experiment/tasks/tokens';
import type { Experiment } from '../../experiment/types';
import type { Stream } from '../random';
import type { Task } from '../task';
import { Vocabulary } from '../vocabulary';
import { DrawnTask, numbered, writeSequence } from './drawn';

export function createInductionTask(experiment: Experiment, book: string): Task {
	const { vocabularySize, sequenceLength, passage } = experiment;
	const half = Math.floor(sequenceLength / 2);
	if (passage === 'book') return passageTask(experiment, book, half);
	return new DrawnTask(experiment, Vocabulary.ofWords(numbered(vocabularySize, [START])), (random, inputs, targets) => {
		const sequence = new Int32Array(2 * half + 1); // <s> is token 0
		for (let t = 1; t <= half; t++) sequence[t] = sequence[t + half] = 1 + random.integer(vocabularySize - 1);
		writeSequence(sequence, half + 1, inputs, targets);
	});
}

/** Passages of `half` characters from anywhere in the book; validation and probes draw theirs from its held-out tail. */
function passageTask(experiment: Experiment, book: string, half: number): Task {
	const vocabulary = new Vocabulary(book, [START]);
	const tokens = vocabulary.encode(book);
	const tail = tailStart(tokens.length);
	const draw = (random: Stream, inputs: Int32Array, targets: Int32Array, heldOut: boolean) => {
		const start = heldOut ? tail + random.integer(tokens.length - tail - half + 1) : random.integer(tail - half + 1);
		const sequence = new Int32Array(2 * half + 1); // <s> is token 0
		sequence.set(tokens.subarray(start, start + half), 1);
		sequence.copyWithin(half + 1, 1, half + 1);
		writeSequence(sequence, 1, inputs, targets);
	};
	return new DrawnTask(experiment, vocabulary, draw);
}
