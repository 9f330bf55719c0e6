/**
 * Multi-query associative recall (docs/METHODS.md section 4; Arora et al., *Zoology*, arXiv 2312.04927; laid out as in
 * HazyResearch/zoology `zoology/data/multiquery_ar.py`): N pairs, then each key once more at some even offset after them.
 *
 *     k₁ v₁ k₂ v₂ … k_N v_N │ slot 1: query or filler, filler │ slot 2 │ … │ slot ⌊(T − 2N)/2⌋
 *
 * Slots are drawn without replacement, slot g with weight g^(a−1), a = 0.01: most keys are queried soon. The only targets are
 * the values, at the positions of the queries. Filler is any token, keys and values included.
 */
import type { Experiment } from '../../experiment/types';
import type { Stream } from '../random';
import type { Task } from '../task';
import { Vocabulary } from '../vocabulary';
import { DrawnTask, numbered } from './drawn';

/** a in the weight g^(a−1); 1 would be uniform. */
const POWER = 0.01;

/** `count` distinct numbers from 0 to n − 1 in random order, all equally likely (a partial Fisher–Yates shuffle). */
function distinct(random: Stream, n: number, count: number): Int32Array {
	const numbers = Int32Array.from({ length: n }, (_, i) => i);
	for (let i = 0; i < count; i++) {
		const j = i + random.integer(n - i);
		[numbers[i], numbers[j]] = [numbers[j], numbers[i]];
	}
	return numbers.subarray(0, count);
}

/**
 * `count` distinct indices of `weights`, drawn one after the other by the weights of those left, as in numpy's
 * `choice(replace=False, p)`. They are the smallest of exponential variables with these rates (Efraimidis and Spirakis, 2006).
 */
function weighted(random: Stream, weights: Float64Array, count: number): number[] {
	const times = weights.map((weight) => -Math.log(1 - random.uniform()) / weight);
	return Array.from(times.keys())
		.sort((a, b) => times[a] - times[b] || a - b)
		.slice(0, count);
}

export function createMqarTask(experiment: Experiment): Task {
	const { pairs, vocabularySize, sequenceLength } = experiment;
	const firstValue = Math.floor(vocabularySize / 2);
	const context = 2 * pairs;
	const slots = Math.floor((sequenceLength - context) / 2);
	const weights = Float64Array.from({ length: slots }, (_, slot) => (slot + 1) ** (POWER - 1));
	return new DrawnTask(experiment, Vocabulary.ofWords(numbered(vocabularySize)), (random, inputs, targets) => {
		const keys = distinct(random, firstValue - 1, pairs).map((key) => key + 1);
		const values = distinct(random, vocabularySize - firstValue, pairs).map((value) => value + firstValue);
		const chosen = weighted(random, weights, pairs);
		for (let t = context; t < sequenceLength; t++) inputs[t] = random.integer(vocabularySize);
		for (let i = 0; i < pairs; i++) {
			inputs[2 * i] = keys[i];
			inputs[2 * i + 1] = values[i];
			const query = context + 2 * chosen[i];
			inputs[query] = keys[i];
			targets[query] = values[i];
		}
	});
}
