import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { stream } from '../../src/data/random';
import { prefillGraph } from '../../src/generation/generationGraphs';
import { Generator, slid } from '../../src/generation/generator';
import { sampleToken } from '../../src/generation/sampling';
import { Arenas } from '../../src/gpu/arenas';
import { openDevice } from '../../src/gpu/device';
import { KernelLibrary } from '../../src/gpu/library';
import { BufferPool } from '../../src/gpu/pool';
import { Program } from '../../src/gpu/program';
import { interpret } from '../../src/graph/interpreter';
import { kvCacheBytesPerToken } from '../../src/model/costs';
import { lambdaInputs } from '../../src/model/transformer';
import { openTestGpu } from '../support/webgpu';
import { METHODS, randomTokens, randomWeights, smallModel } from './methods';

const CAPACITY = 21;

async function openContext(profile = PROFILES[0]) {
	const adapter = await openDevice(openTestGpu().gpu, profile);
	return { adapter, library: new KernelLibrary(adapter.device), pool: new BufferPool(adapter.device) };
}

let gpu: Awaited<ReturnType<typeof openContext>>;
beforeAll(async () => {
	gpu = await openContext();
});
afterAll(() => gpu.adapter.device.destroy());

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

describe.each(METHODS)('%s with a KV cache on the GPU', (name) => {
	const config = smallModel(name);
	const weights = randomWeights(config);
	const prompt = randomTokens(6);
	let generator: Generator;
	beforeAll(async () => {
		generator = await Generator.create(gpu, config, weights, CAPACITY);
	});
	afterAll(() => generator.destroy());

	it('gives the logits of a full forward pass in float64', async () => {
		const tokens = randomTokens(CAPACITY);
		const { logits } = interpret(prefillGraph(config, CAPACITY), {
			inputs: { tokens, ...lambdaInputs(config) },
			parameters: weights,
		}).outputs;
		const row = (position: number) => logits.subarray(position * 19, (position + 1) * 19);
		expect(difference(row(5), await generator.read(tokens.slice(0, 6)))).toBeLessThan(1e-4);
		for (let position = 6; position < CAPACITY; position++)
			expect(difference(row(position), await generator.append(tokens[position]))).toBeLessThan(1e-4);
	});

	it('writes the greedy tokens of full forward passes', async () => {
		const plan = compile(prefillGraph(config, CAPACITY), gpu.adapter);
		const arenas = new Arenas(gpu.adapter.device, plan.arena);
		arenas.write('parameters', weights);
		const program = await Program.create(gpu.library, plan, arenas, gpu.pool);
		const text = [...prompt];
		while (text.length < CAPACITY) {
			program.write(
				'tokens',
				Int32Array.from({ length: CAPACITY }, (_, i) => text[i] ?? 0),
			);
			for (const [input, numbers] of Object.entries(lambdaInputs(config))) if (program.has(input)) program.write(input, numbers);
			const { logits } = await program.run(['logits']);
			text.push(sampleToken(logits.subarray((text.length - 1) * 19, text.length * 19), { temperature: 0, topK: 0 }, stream(0)));
		}
		program.destroy();
		arenas.destroy();
		const options = { tokens: CAPACITY - prompt.length, temperature: 0, topK: 0, seed: 1 };
		expect([...prompt, ...(await generator.generate(prompt, options))]).toEqual(text);
	});

	it('stores as many bytes per token as the costs state', () => {
		expect(generator.cacheBytesPerToken).toBe(kvCacheBytesPerToken(config));
	});
});

describe('writing', () => {
	const config = smallModel('svformer');
	const options = { tokens: 60, temperature: 1, topK: 5, seed: 3, pinned: 1 };
	let generator: Generator;
	beforeAll(async () => {
		generator = await Generator.create(gpu, config, randomWeights(config), CAPACITY);
	});
	afterAll(() => generator.destroy());

	it('slides its window: each token is what a new cache over the window would give', async () => {
		const written = await generator.generate(randomTokens(4), options);
		expect(written).toHaveLength(60);
		const random = stream(options.seed, 'generation');
		let window = randomTokens(4);
		for (const token of written) {
			expect(sampleToken(await generator.read(window), options, random)).toBe(token);
			window.push(token);
			if (window.length > CAPACITY) window = slid(window, CAPACITY, 1);
		}
	});

	it('writes the same text with the same seed, also after another text, and not with another seed', async () => {
		const first = await generator.generate(randomTokens(4), options);
		await generator.generate(randomTokens(17, 9), { ...options, seed: 8 });
		expect(await generator.generate(randomTokens(4), options)).toEqual(first);
		expect(await generator.generate(randomTokens(4), { ...options, seed: 4 })).not.toEqual(first);
	});

	it('refuses prompts that it cannot read', async () => {
		await expect(generator.read(randomTokens(CAPACITY + 1))).rejects.toThrow('the prompt has 22 tokens, but this model reads at most 21');
		await expect(generator.read([])).rejects.toThrow('the prompt is empty');
		expect((await generator.read(randomTokens(CAPACITY))).length).toBe(19);
		await expect(generator.append(1)).rejects.toThrow('21 rows are full');
	});

	it('stops between two tokens', async () => {
		const controller = new AbortController();
		const seen: number[] = [];
		const stop = (token: number) => seen.push(token) === 3 && controller.abort();
		expect(await generator.generate(randomTokens(4), { ...options, signal: controller.signal }, stop)).toEqual(seen);
		expect(seen).toHaveLength(3);
	});
});

describe.each(PROFILES.slice(1))('the $name profile', (profile) => {
	it('decodes as float64 does', async () => {
		const other = await openContext(profile);
		const config = smallModel('gqa:2+cross-layer');
		const weights = randomWeights(config);
		const generator = await Generator.create(other, config, weights, CAPACITY);
		const tokens = randomTokens(CAPACITY);
		const { logits } = interpret(prefillGraph(config, CAPACITY), { inputs: { tokens }, parameters: weights }).outputs;
		await generator.read(tokens.slice(0, CAPACITY - 1));
		expect(difference(logits.subarray(-19), await generator.append(tokens[CAPACITY - 1]))).toBeLessThan(1e-4);
		other.adapter.device.destroy();
	});
});
