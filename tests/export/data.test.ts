import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import type { Batch } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { methodsOf } from '../../src/experiment/methods/names';
import { TASK_NAMES } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';
import { projectFiles } from '../../src/export/project';
import { projectRun } from '../../src/export/projectRun';
import { Texts } from '../../src/export/texts';
import { Run } from '../../src/training/run';
import { numpyPython, runPython, writeFiles } from './python';

const SCRIPT = `
import json, sys
from data import load_json, load_task
config, experiment = load_json("config.json"), load_json("experiment.json")
task = load_task(experiment, ["."], load_json("vocabulary.json")["tokens"], config["vocab_size"])
plain = lambda batch: [None if part is None else part.ravel().tolist() for part in batch]
further = [batch for batches in task.further_batches().values() for batch in batches]
batches = [task.training_batch(seed, step) for seed, step in ((1, 0), (1, 399), (4294967295, 7))]
print(json.dumps([plain(batch) for batch in batches + task.validation_batches() + further]))
`;

const OWN_TEXT = 'Grüße, Ωmega 🐳 and a few more letters to read: call me Ishmael. '.repeat(12);

/** Fields other than the defaults, by the name of the case; each case's task comes first in its name. */
const CASES: Record<string, Partial<Experiment>> = {
	...Object.fromEntries(TASK_NAMES.map((name) => [name, {}])),
	'own-text': { text: OWN_TEXT },
	'backcopy with chosen triggers': { triggerCharacters: 'eq' },
	'induction on passages': { passage: 'book' },
	'text of odd length': { sequenceLength: 33 },
	'mqar with many pairs': { pairs: 9, vocabularySize: 64 },
	'modular-addition of few sums': { modulus: 7, trainFraction: 0.61 },
};

/** A batch's numbers, as the script prints them. */
const numbersOf = ({ inputs, targets, positionClass, vectors }: Batch) => [
	[...(vectors?.inputs ?? inputs)],
	[...(vectors?.targets ?? targets)],
	positionClass ? [...positionClass] : null,
];

describe.skipIf(!numpyPython)('data.py of a project', () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'resformer-lab-data-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it.each(Object.entries(CASES))('draws the lab’s batches of %s', async (name, changes) => {
		const { experiment, problems } = readExperiment({
			task: TASK_NAMES.findLast((task) => name.startsWith(task)),
			...{ layers: 1, heads: 1, hiddenSize: 4, batchSize: 3, validationBatches: 3, methods: ['vanilla'] },
			...changes,
		});
		expect(problems).toEqual([]);
		const book = await loadMobyDick();
		const task = createTask(experiment, book);
		const [method] = methodsOf(experiment);
		const run = new Run({ experiment, method, seed: 1, task });
		const made = await projectRun(run, null, { texts: new Texts(async () => book), gpu: null, losses: 0 });
		const at = join(folder, name.replaceAll(' ', '-'));
		writeFiles(at, projectFiles([made], { link: '#', adapter: null, several: false }));
		const found: unknown[] = JSON.parse(runPython(numpyPython as string, at, ['-c', SCRIPT]));
		const indices = [0, 1, 2];
		const wanted = [
			...[task.trainingBatch(1, 0), task.trainingBatch(1, 399), task.trainingBatch(4294967295, 7)],
			...indices.map((index) => task.validationBatch(index)),
			...(task.trainingEvaluationBatches?.() ?? []),
			...indices.slice(0, 2).flatMap((index) => task.repeatedPassageBatch?.(index) ?? []),
		];
		expect(found).toHaveLength(wanted.length);
		// Compared as texts: a difference would print thousands of numbers.
		wanted.forEach((batch, i) => {
			expect(JSON.stringify(found[i]) === JSON.stringify(JSON.parse(JSON.stringify(numbersOf(batch)))), `${name}, batch ${i}`).toBe(true);
		});
	});
});
