/** Cases of the oracle, and how close to float64 PyTorch a float32 GPU has to come (tests/oracle/README.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readSafetensors } from '../../src/checkpoint/safetensors';
import { sourceOf } from '../../src/checkpoint/source';
import { type ReplayCase, readReplay } from '../../src/training/replay';

export const oracleFolder = new URL('../oracle/', import.meta.url).pathname;

export interface ExpectedStep {
	step: number;
	loss: number;
	grad_norm: number;
	lr: number;
}

/** A case as `replay` reads it. */
export function readCase(name: string): ReplayCase {
	const path = (file: string) => join(oracleFolder, name, file);
	const names = ['config.json', 'model.safetensors', 'batches.safetensors'];
	return readReplay(sourceOf(names.map((name) => ({ name, bytes: readFileSync(path(name)) }))));
}

/** PyTorch's results. */
export function expectedOf(name: string): { loss: number; train: ExpectedStep[]; gradients: Map<string, Float32Array> } {
	const { loss, train } = JSON.parse(readFileSync(join(oracleFolder, name, 'expected.json'), 'utf8'));
	const stored = readSafetensors(readFileSync(join(oracleFolder, name, 'gradients.safetensors')), 'gradients.safetensors');
	return { loss, train, gradients: new Map([...stored].map(([key, { data }]) => [key, data as Float32Array])) };
}

/** The first step's loss to 1e-5, the others' to 1e-4, gradient norms to 1e-3 of themselves, learning rates to the last digits. */
export function expectSteps(found: readonly ExpectedStep[], wanted: readonly ExpectedStep[]): void {
	expect(found.map(({ step }) => step)).toEqual(wanted.map(({ step }) => step));
	found.forEach(({ step, loss, grad_norm, lr }, i) => {
		expect(Math.abs(loss - wanted[i].loss), `loss of step ${step}`).toBeLessThan(i === 0 ? 1e-5 : 1e-4);
		expect(Math.abs(grad_norm / wanted[i].grad_norm - 1), `gradient norm of step ${step}`).toBeLessThan(1e-3);
		expect(lr, `learning rate of step ${step}`).toBeCloseTo(wanted[i].lr, 12);
	});
}

/** Every gradient within 2e-4 of its own largest absolute value. */
export function expectGradients(found: ReadonlyMap<string, ArrayLike<number>>, wanted: ReadonlyMap<string, ArrayLike<number>>): void {
	expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
	for (const [name, numbers] of wanted) {
		const mine = found.get(name) as ArrayLike<number>;
		expect(mine.length, name).toBe(numbers.length);
		const [largest, error] = errorOf(mine, numbers);
		expect(error / largest, `gradient of ${name}`).toBeLessThan(2e-4);
	}
}

/** Largest |b|, and largest |a − b|. */
export function errorOf(a: ArrayLike<number>, b: ArrayLike<number>): [largest: number, error: number] {
	let [largest, error] = [1e-30, 0];
	for (let i = 0; i < b.length; i++) {
		largest = Math.max(largest, Math.abs(b[i]));
		const difference = Math.abs(a[i] - b[i]);
		error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(error, difference);
	}
	return [largest, error];
}
