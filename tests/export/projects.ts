import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { experimentFile, jsonLines, lab, scratch } from '../cli/lab';
import { runPython, torchPython } from './python';

/** Sizes at which heads, KV heads and the halves of SkipV1Former differ, and a rate at which every parameter moves. */
export const TINY = {
	layers: 3,
	heads: 4,
	hiddenSize: 16,
	intermediateSize: 20,
	sequenceLength: 13,
	batchSize: 4,
	learningRate: 0.02,
	steps: 10,
	warmupSteps: 2,
	validateEvery: 0,
	validationBatches: 1,
	probeEvery: 0,
};

/** `lab export --pytorch` of an experiment. @returns the project's folder */
export async function exportProject(name: string, experiment: object, args: readonly string[] = []): Promise<string> {
	const out = join(scratch(), name);
	const exported = await lab(['export', experimentFile(`${name}.json`, experiment), '--pytorch', '--out', out, ...args]);
	expect(exported.code, exported.stderr).toBe(0);
	return out;
}

/** A script of a project, in this machine's PyTorch on the processor. @returns stdout */
export const python = (folder: string, ...args: string[]): string => runPython(torchPython as string, folder, args);

/** Losses in a metrics.jsonl, by step. @throws Error if a step is missing or written twice */
export function lossesIn(folder: string): number[] {
	const steps = jsonLines(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).filter((line) => 'loss' in line);
	expect(steps.map(({ step }) => step)).toEqual(steps.map((_, step) => steps[0].step + step));
	return steps.map(({ loss }) => loss);
}

/** The largest difference between two lists of the same length. */
export function largestDifference(found: readonly number[], wanted: readonly number[]): number {
	expect(found).toHaveLength(wanted.length);
	return Math.max(...found.map((value, i) => Math.abs(value - wanted[i])));
}
