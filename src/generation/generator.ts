import { compile } from '../compiler/compile';
import type { Plan } from '../compiler/plan';
import { stream } from '../data/random';
import { Arenas } from '../gpu/arenas';
import type { Device } from '../gpu/device';
import type { KernelLibrary, Progress } from '../gpu/library';
import { BufferPool } from '../gpu/pool';
import { Program } from '../gpu/program';
import { ReadbackRing } from '../gpu/readback';
import { sizeOf, strideOf } from '../graph/tensor';
import type { ModelConfig } from '../model/config';
import { lambdaInputs } from '../model/transformer';
import { GenerationError } from './error';
import { cacheName, decodeGraph, prefillGraph } from './generationGraphs';
import { type Sampling, sampleToken } from './sampling';

/** The part of a `GpuContext` that generation uses. */
export interface GenerationGpu {
	library: KernelLibrary;
	pool: BufferPool;
	adapter: Pick<Device, 'device' | 'profile' | 'maxBindingBytes'>;
}

export interface GenerationOptions extends Sampling {
	/** Tokens to add to the prompt. */
	tokens: number;
	/** Of the stream that tokens are drawn from. */
	seed: number;
	/** First tokens that stay when the window slides: 1 for a leading `<s>`. */
	pinned?: number;
	signal?: AbortSignal;
}

/**
 * A model that writes: the prompt goes through one ordinary forward pass that fills the KV cache, then each token through
 * a pass of one row that reads it. Weights are read in place, so a model in training can generate between two steps.
 *
 * The window is as long as the cache. When it is full, its first `pinned` tokens and its last half are read again, and
 * generation continues: positions never exceed what the model was trained on.
 */
export class Generator {
	/** Tokens in the cache. */
	private position = 0;

	private constructor(
		private readonly gpu: GenerationGpu,
		readonly config: ModelConfig,
		/** Tokens that fit the cache. */
		readonly capacity: number,
		private readonly prefill: Program,
		private readonly decode: Program,
		private readonly caches: readonly string[],
		private readonly own: readonly { destroy(): void }[],
	) {}

	/**
	 * @param weights by Hugging Face name, or the arenas of a model in training, which the generator does not free
	 * @param capacity tokens that the cache holds; no more than the training's sequence length is useful
	 * @throws PlanError, ShaderError
	 */
	static async create(
		gpu: GenerationGpu,
		config: ModelConfig,
		weights: Arenas | Readonly<Record<string, ArrayLike<number>>>,
		capacity: number,
		progress?: Progress,
	): Promise<Generator> {
		const { library, adapter } = gpu;
		const prefillPlan = compile(prefillGraph(config, capacity), adapter);
		const decodePlan = compile(decodeGraph(config, capacity), adapter);
		await library.prepare([prefillPlan, decodePlan], progress);
		const given = weights instanceof Arenas;
		const arenas = given ? weights : await Arenas.create(adapter.device, decodePlan.arena);
		if (!given) arenas.write('parameters', weights);
		for (const { arena } of [prefillPlan, decodePlan])
			if (JSON.stringify(arena) !== JSON.stringify(arenas.layout))
				throw new Error('the arenas hold another model than the config describes');
		// The caches live as long as the generator: no other program may write to its buffers.
		const pool = new BufferPool(adapter.device);
		const prefill = await Program.create(library, prefillPlan, arenas, gpu.pool);
		const decode = await Program.create(library, decodePlan, arenas, pool);
		const caches = cachesOf(decodePlan);
		return new Generator(gpu, config, capacity, prefill, decode, caches, [prefill, decode, pool, ...(given ? [] : [arenas])]);
	}

	/** Throws if a prompt is empty or longer than a cache of `capacity`. @throws GenerationError */
	static checkPrompt({ length }: ArrayLike<number>, capacity: number): void {
		if (length === 0) throw new GenerationError('the prompt is empty, and this model has no token that starts a text by itself');
		if (length > capacity)
			throw new GenerationError(`the prompt has ${length} tokens, but this model reads at most ${capacity} (its sequenceLength)`);
	}

	/** Bytes that the cache stores per token, without the GPU's padding of rows to whole vec4s. */
	get cacheBytesPerToken(): number {
		const { tensors } = this.decode.plan;
		return this.caches.reduce((sum, name) => sum + (sizeOf(tensors[name].shape) * 4) / this.capacity, 0);
	}

	/** GPU memory of all caches, bytes. */
	get cacheBytes(): number {
		return this.caches.reduce((sum, name) => sum + this.decode.plan.tensors[name].bytes, 0);
	}

	/** Forgets what was read, reads the tokens at once, and returns the logits [V] after the last. @throws GenerationError */
	async read(tokens: ArrayLike<number>): Promise<Float32Array> {
		const { gpu, prefill, decode, capacity } = this;
		Generator.checkPrompt(tokens, capacity);
		this.position = tokens.length;
		prefill.write(
			'tokens',
			Int32Array.from({ length: capacity }, (_, i) => tokens[i] ?? 0),
		);
		this.writeLambdas(prefill);
		const commands = () => {
			const encoder = gpu.adapter.device.createCommandEncoder();
			for (const name of this.caches) {
				const [from, to] = [prefill.range(name), decode.range(name)];
				encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, (to.bytes / capacity) * tokens.length);
			}
			return [...prefill.record(), encoder.finish()];
		};
		const { vocabularySize } = this.config;
		const row = strideOf([vocabularySize]) * 4;
		const logits = prefill.range('logits');
		const last = { ...logits, offset: logits.offset + row * (tokens.length - 1), bytes: row };
		const bytes = await ReadbackRing.once(gpu.adapter.device, [last], commands);
		return new Float32Array(bytes).subarray(0, vocabularySize);
	}

	/** Reads one more token, and returns the logits [V] after it. The cache must have room for it. */
	async append(token: number): Promise<Float32Array> {
		if (this.position === 0) throw new Error('append() comes after read()');
		if (this.position >= this.capacity) throw new Error(`the cache's ${this.capacity} rows are full`);
		this.decode.write('tokens', [token]);
		this.decode.write('position', [this.position++]);
		this.writeLambdas(this.decode);
		return (await this.decode.run(['logits'])).logits;
	}

	/**
	 * Writes on from a prompt; `onToken` gets each token as it comes.
	 *
	 * @returns the new tokens; fewer if `signal` was aborted
	 * @throws GenerationError if the prompt is empty or longer than the window
	 */
	async generate(prompt: ArrayLike<number>, options: GenerationOptions, onToken: (token: number) => void = () => {}): Promise<number[]> {
		const { tokens, seed, pinned = 0, signal } = options;
		const random = stream(seed, 'generation');
		let text = Array.from(prompt);
		let logits = await this.read(text);
		const added: number[] = [];
		while (added.length < tokens && !signal?.aborted) {
			const token = sampleToken(logits, options, random);
			added.push(token);
			text.push(token);
			onToken(token);
			if (added.length === tokens) break;
			if (this.position < this.capacity) logits = await this.append(token);
			else {
				text = slid(text, this.capacity, pinned);
				logits = await this.read(text);
			}
		}
		return added;
	}

	/** Needed before each pass, because other programs share the buffers. */
	private writeLambdas(program: Program): void {
		for (const [name, numbers] of Object.entries(lambdaInputs(this.config))) if (program.has(name)) program.write(name, numbers);
	}

	destroy(): void {
		for (const part of this.own) part.destroy();
	}
}

/** The tokens that are kept of a full window: the pinned ones, and the last half of a window. */
export function slid(text: readonly number[], capacity: number, pinned: number): number[] {
	const kept = Math.min(pinned, Math.floor(capacity / 2));
	return [...text.slice(0, kept), ...text.slice(-Math.max(1, Math.floor(capacity / 2) - kept))];
}

/** Names of the caches, in order. */
function cachesOf({ tensors }: Plan): string[] {
	const names: string[] = [];
	while (cacheName(names.length) in tensors) names.push(cacheName(names.length));
	return names;
}
