/**
 * Bigram-Backcopy (docs/METHODS.md section 4; after GuoTianYu2000/Active-Dormant-Attention): characters follow a text's
 * bigrams, except that after a trigger the character before it is repeated. Models of 1–3 layers develop sinks, value drains
 * and residual peaks on it.
 *
 *     x₀ = <s>;  x₁ ~ unigram without triggers;  x_{t+1} = x_{t−1} if x_t is a trigger, else x_{t+1} ~ P[x_t]
 *
 * No trigger directly follows another: the character copied after a trigger is the one before it, which by induction is not a trigger.
 */
import { backcopy } from '../../experiment/tasks/backcopy';
import { START } from '../../experiment/tasks/tokens';
import type { Experiment } from '../../experiment/types';
import { AliasTable } from '../alias';
import { type Bigrams, countBigrams } from '../bigrams';
import { type Stream, stream } from '../random';
import { type Batch, checkValidationIndex, type Evaluation, Mean, meansOf, type Task, TaskError, type TaskMetrics } from '../task';
import { Vocabulary } from '../vocabulary';

/** Classes in `positionClass`; `<s>` is in neither. */
const NON_TRIGGER = backcopy.positionClasses.indexOf('nonTrigger');
const TRIGGER = backcopy.positionClasses.indexOf('trigger');

/** Evaluation batches are the same for all seeds of runs. */
const EVALUATION_SEED = 0;

class BackcopyTask implements Task {
	readonly vocabulary: Vocabulary;
	readonly vocabularySize: number;
	readonly #experiment: Experiment;
	readonly #bigrams: Bigrams;
	/** 1 if a token is a trigger [V]. */
	readonly #isTrigger: Uint8Array;
	readonly #first: AliasTable;
	readonly #next: AliasTable[];

	constructor(experiment: Experiment, text: string) {
		this.#experiment = experiment;
		this.vocabulary = new Vocabulary(text, [START]);
		this.vocabularySize = this.vocabulary.size;
		const tokens = this.vocabulary.encode(text);
		if (tokens.length < 2) {
			const need = `needs a text of at least 2 characters, not ${tokens.length}`;
			throw new TaskError('task', `task backcopy ${need}`, `${backcopy.label} ${need}.`);
		}
		this.#bigrams = countBigrams(tokens, this.vocabularySize);
		this.#isTrigger = new Uint8Array(this.vocabularySize);
		for (const id of this.#chooseTriggers()) this.#isTrigger[id] = 1;
		this.#first = new AliasTable(this.#bigrams.counts.map((count, id) => (this.#isTrigger[id] ? 0 : count)));
		this.#next = this.#bigrams.probabilities.map((weights) => new AliasTable(weights));
	}

	/** The chosen characters, or the most frequent ones; among equally frequent ones the lowest code points. */
	#chooseTriggers(): number[] {
		const { triggers, triggerCharacters } = this.#experiment;
		const characters = this.vocabularySize - 1;
		const chosen = Array.from(triggerCharacters, (character) => {
			const id = this.vocabulary.id(character);
			if (id !== undefined) return id;
			const shown = this.vocabulary.displayText(character);
			throw new TaskError(
				'triggerCharacters',
				`triggerCharacters has \`${shown}\`, which does not occur in the text`,
				`The trigger character \`${shown}\` does not occur in the text.`,
			);
		});
		const [field, count] = chosen.length ? ['triggerCharacters', chosen.length] : ['triggers', triggers];
		if (count >= characters)
			throw new TaskError(
				field,
				`${field}: ${count} triggers of the text's ${characters} characters; at least one must not be a trigger, so at most ${characters - 1}`,
				`${count} triggers are too many for the text's ${characters} characters. At least one must not be a trigger, so at most ${characters - 1} can be.`,
			);
		if (chosen.length) return chosen;
		const { counts } = this.#bigrams;
		const ids = Array.from({ length: characters }, (_, index) => index + 1);
		return ids.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, triggers);
	}

	#draw(random: Stream): Batch {
		const { batchSize, sequenceLength } = this.#experiment;
		const inputs = new Int32Array(batchSize * sequenceLength); // <s> is token 0
		const targets = new Int32Array(inputs.length);
		const positionClass = new Uint8Array(inputs.length);
		for (let row = 0; row < batchSize; row++) {
			let before = 0;
			let token = 0;
			for (let t = 0; t < sequenceLength; t++) {
				const position = row * sequenceLength + t;
				let next: number;
				if (t === 0) {
					next = this.#first.sample(random);
				} else if (this.#isTrigger[token]) {
					positionClass[position] = TRIGGER;
					next = before;
				} else {
					positionClass[position] = NON_TRIGGER;
					next = this.#bigrams.successors[token][this.#next[token].sample(random)];
				}
				inputs[position] = token;
				targets[position] = next;
				before = token;
				token = next;
			}
		}
		return { inputs, targets, batchSize, sequenceLength, positionClass };
	}

	trainingBatch(seed: number, step: number): Batch {
		return this.#draw(stream(seed, 'batch', step));
	}

	validationBatch(index: number): Batch {
		checkValidationIndex(index, this.#experiment.validationBatches);
		return this.#draw(stream(EVALUATION_SEED, 'validation', index));
	}

	probeBatch(): Batch {
		return this.#draw(stream(EVALUATION_SEED, 'probe'));
	}

	/** Losses on trigger positions and on the others, each with the optimum over the same positions. */
	metrics(evaluations: readonly Evaluation[]): TaskMetrics {
		const [validationLoss, triggerLoss, nonTriggerLoss, triggerOptimum, nonTriggerOptimum] = Array.from({ length: 5 }, () => new Mean());
		for (const { batch, losses } of evaluations) {
			for (let i = 0; i < batch.inputs.length; i++) {
				validationLoss.add(losses[i]);
				if (batch.positionClass?.[i] === TRIGGER) {
					triggerLoss.add(losses[i]);
					triggerOptimum.add(0);
				} else if (batch.positionClass?.[i] === NON_TRIGGER) {
					nonTriggerLoss.add(losses[i]);
					nonTriggerOptimum.add(this.#bigrams.entropies[batch.inputs[i]]);
				}
			}
		}
		return meansOf({ validationLoss, triggerLoss, nonTriggerLoss, triggerOptimum, nonTriggerOptimum });
	}
}

/** @throws TaskError if a chosen trigger isn't in the text, or every character would be one */
export function createBackcopyTask(experiment: Experiment, text: string): Task {
	return new BackcopyTask(experiment, text);
}
