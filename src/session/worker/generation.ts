import { GenerationError } from '../../generation/error';
import { Generator } from '../../generation/generator';
import { Tokenizer } from '../../generation/tokenizer';
import type { GpuContext } from '../../gpu/gpuContext';
import type { Run } from '../../training/run';
import type { Command } from '../client/protocol';
import type { Post } from './post';

type Request = Extract<Command, { type: 'generate' }>;

/** Lets a run write on from a prompt while it trains: one text at a time, posted piece by piece. */
export class Generation {
	private current = new AbortController();
	private writer: string | null = null;

	constructor(private readonly post: Post) {}

	/** Ends the text that is being written, or only one by these runs. */
	stop(runs?: readonly string[]): void {
		if (!runs || (this.writer !== null && runs.includes(this.writer))) this.current.abort();
	}

	async write({ id, prompt, ...options }: Request, run: Run, gpu: GpuContext): Promise<void> {
		this.stop();
		this.current = new AbortController();
		this.writer = run.id;
		const { signal } = this.current;
		let generator: Generator | null = null;
		try {
			const tokenizer = new Tokenizer(run.task.vocabulary);
			const tokens = tokenizer.encode(prompt);
			generator = await Generator.create(gpu, run.config, run.model.arenas, run.experiment.sequenceLength);
			const pinned = tokenizer.start === undefined ? 0 : 1;
			await generator.generate(tokens, { ...options, pinned, signal }, (token) => {
				if (!signal.aborted) this.post({ type: 'generated', id, text: tokenizer.decode(token), done: false });
			});
			this.post({ type: 'generated', id, text: '', done: true });
		} catch (error) {
			if (!(error instanceof GenerationError)) throw error;
			this.post({ type: 'generationFailed', id, message: error.message });
		} finally {
			generator?.destroy();
		}
	}
}
