import { tokenRefusal } from '../../experiment/tasks';
import { GenerationError } from '../../generation/error';
import { Generator } from '../../generation/generator';
import { Tokenizer } from '../../generation/tokenizer';
import type { GpuContext } from '../../gpu/gpuContext';
import type { Run } from '../../training/run';
import type { RequestTypes } from '../client/protocol';

/** Continues prompts with the models of runs, also while they train. One text at a time. */
export class Generation {
	private current = new AbortController();
	/** Id of the run that generates. */
	private run: string | null = null;

	/** Stops the text in progress. With `runs`, only if one of them generates it. */
	stop(runs?: readonly string[]): void {
		if (!runs || (this.run !== null && runs.includes(this.run))) this.current.abort();
	}

	/** Stops the text in progress, then generates one and reports it piece by piece. @throws GenerationError */
	async generate(
		{ prompt, tokens, temperature, topK, seed }: RequestTypes['generate']['arguments'],
		run: Run,
		gpu: GpuContext,
		onPiece: (text: string) => void,
	): Promise<void> {
		const refusal = tokenRefusal(run.experiment, 'they cannot write text');
		if (refusal) throw new GenerationError(refusal);
		this.stop();
		this.current = new AbortController();
		this.run = run.id;
		const { signal } = this.current;
		const tokenizer = new Tokenizer(run.task.vocabulary);
		const encoded = tokenizer.encode(prompt);
		const generator = await Generator.create(gpu, run.config, run.model.arenas, run.experiment.sequenceLength);
		try {
			const pinned = tokenizer.start === undefined ? 0 : 1;
			await generator.generate(encoded, { tokens, temperature, topK, seed, pinned, signal }, (token) => {
				if (!signal.aborted) onPiece(tokenizer.decode(token));
			});
		} finally {
			generator.destroy();
		}
	}
}
