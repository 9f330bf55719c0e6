/** Random experiments that are valid by construction, for round trips. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { defaultExperiment, FIELD_NAMES, fieldOf, forcedBy, isForTask } from '../../src/experiment/fields';
import { TASK_NAMES } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';

const METHOD_NAMES = [
	'vanilla',
	'resformer',
	'resformer:constant',
	'resformer:constant(3.5;-0.25)',
	'resformer:sparse',
	'resformer:sparse(layers=2)',
	'resformer:sparse(1e-7;1)',
	'resformer:learnable',
	'svformer',
	'gqa:1',
	'resformer:learnable+gqa:1',
	'svformer+gqa:1',
];
const CHARACTERS = Array.from(' ,.;:&=+#%?/"\'<>—Œ\n\té🐋ab');

export function randomExperiment(seed: number): Experiment {
	const generator = xoroshiro128plus(seed);
	const integer = (from: number, to: number): number => uniformInt(generator, from, to);
	const pick = <T>(list: readonly T[]): T => list[integer(0, list.length - 1)];
	const some = <T>(list: readonly T[], from: number): T[] => {
		const start = integer(0, list.length - 1);
		return list.slice(start, start + integer(Math.max(1, from), 4));
	};

	const experiment = defaultExperiment();
	const record = experiment as unknown as Record<string, unknown>;
	experiment.task = pick(TASK_NAMES);
	for (const name of FIELD_NAMES) {
		const field = fieldOf(name);
		if (name === 'task' || !isForTask(name, experiment.task) || integer(0, 2) === 0) continue;
		if (field.kind === 'number')
			record[name] = field.integer ? integer(field.min, field.max) : field.min + (field.max - field.min) * uniformFloat64(generator) ** 3;
		if (field.kind === 'choice') record[name] = pick(field.choices);
		if (field.kind === 'flag') record[name] = integer(0, 1) === 1;
		if (field.kind === 'methods') record[name] = some(METHOD_NAMES, 1);
		if (field.kind === 'seeds') record[name] = [...new Set(Array.from({ length: integer(1, 5) }, () => integer(0, 0xffffffff)))];
	}
	experiment.triggerCharacters = experiment.task === 'backcopy' ? some(CHARACTERS, 1).join('') : '';
	if (experiment.task === 'own-text') {
		// Long enough for some length, and for a short address.
		experiment.text = Array.from({ length: integer(21, 60) }, (_, i) => CHARACTERS[i % 2 ? 0 : integer(1, CHARACTERS.length - 1)]).join('');
	}
	for (const name of FIELD_NAMES)
		Object.assign(record, forcedBy(experiment.task, name) && { [name]: forcedBy(experiment.task, name)?.value });
	if (experiment.task === 'mqar') {
		experiment.pairs = Math.min(experiment.pairs, Math.max(1, Math.floor(experiment.vocabularySize / 2) - 1));
		experiment.sequenceLength = Math.max(experiment.sequenceLength, 4 * experiment.pairs);
	}
	experiment.sequenceLength = Math.max(3, experiment.sequenceLength);
	if (experiment.task === 'own-text') experiment.sequenceLength = 2;
	experiment.layers = Math.max(2, experiment.layers); // resformer:sparse(layers=2) needs them
	const divisors = Array.from({ length: 64 }, (_, i) => i + 1).filter((heads) => experiment.hiddenSize % (2 * heads) === 0);
	if (divisors.length === 0) experiment.hiddenSize = 2;
	experiment.heads = divisors.length ? pick(divisors) : 1;
	experiment.kvHeads = integer(0, 1) ? null : 1;
	experiment.microBatches = pick(
		Array.from({ length: experiment.batchSize }, (_, i) => i + 1).filter((parts) => experiment.batchSize % parts === 0),
	);
	experiment.warmupSteps = integer(0, experiment.steps);
	if (experiment.endLearningRate !== null) experiment.endLearningRate = experiment.learningRate * uniformFloat64(generator);
	// A task may have rules that are not known here.
	return readExperiment(experiment).experiment;
}

/** A random experiment with a sweep of up to four points, or none if no drawn point is valid. Points take values of other random experiments. */
export function randomSweep(seed: number): Experiment {
	const generator = xoroshiro128plus(seed);
	const integer = (from: number, to: number): number => uniformInt(generator, from, to);
	let experiment = randomExperiment(seed);
	for (let i = integer(1, 4); i > 0; i--) {
		const other = randomExperiment(integer(0, 0x7fffffff));
		const names = FIELD_NAMES.filter((name) => name !== 'task' && name !== 'text' && name !== 'seeds' && integer(0, 7) === 0);
		const point = Object.fromEntries(names.map((name) => [name, other[name]]));
		const { experiment: longer, problems } = readExperiment({ ...experiment, sweep: [...(experiment.sweep ?? []), point] });
		if (problems.length === 0) experiment = longer;
	}
	return experiment;
}
