import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/checkpoint/config';
import { readSafetensors } from '../../src/checkpoint/safetensors';

const folder = new URL('../oracle/', import.meta.url).pathname;

/** Names of the oracle's cases. */
export const oracleCases = readdirSync(folder, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== 'source')
	.map((entry) => entry.name);

/** A case of the oracle: float64 PyTorch's numbers, and what they were computed from. */
export function readOracle(name: string) {
	const file = (part: string) => join(folder, name, part);
	const json = (part: string) => JSON.parse(readFileSync(file(part), 'utf8'));
	const tensors = (part: string) => readSafetensors(readFileSync(file(part)), part);
	const config = readConfig(json('config.json'), `${name}/config.json`);
	if (!config.training) throw new Error(`${name} has no training`);
	const batches = tensors('batches.safetensors');
	const inputs = batches.get('inputs');
	const targets = batches.get('targets');
	if (!inputs || !targets) throw new Error(`${name} has no batches`);
	const [steps, batchSize, length] = inputs.shape;
	const at = (data: ArrayLike<number>, step: number) => Array.from(data).slice(step * batchSize * length, (step + 1) * batchSize * length);
	return {
		model: config.model,
		training: config.training,
		weights: Object.fromEntries([...tensors('model.safetensors')].map(([key, { data }]) => [key, data as Float32Array])),
		gradients: Object.fromEntries([...tensors('gradients.safetensors')].map(([key, { data }]) => [key, data as Float32Array])),
		steps,
		batchSize,
		length,
		batch: (step: number) => ({ tokens: at(inputs.data, step), targets: at(targets.data, step) }),
		expected: json('expected.json') as {
			loss: number;
			parameters: number;
			last_logits_first_row: number[];
			train: { step: number; loss: number; grad_norm: number; lr: number }[];
			analysis: Record<string, number[] | number[][]>;
		},
	};
}
