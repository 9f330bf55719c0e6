import cliProgress from 'cli-progress';

/** Shortest time between two lines if stderr is not a terminal, ms. */
const LINE_INTERVAL = 2000;

/** Shows the progress of compilation on stderr: a bar in a terminal, else a line every few seconds. */
export class CompileProgress {
	private bar: cliProgress.SingleBar | null = null;
	private printedAt = performance.now();

	/** A listener for one model's kernels, as `KernelLibrary.prepare` reports them. */
	readonly report = (done: number, total: number, kernel: string): void => {
		if (done === total) {
			this.end();
			return;
		}
		if (process.stderr.isTTY) {
			this.bar ??= new cliProgress.SingleBar(
				{
					format: 'Compiling {bar} {value}/{total} kernels  {kernel}',
					clearOnComplete: true,
					hideCursor: true,
					gracefulExit: false,
					barsize: 24,
					stopOnComplete: false,
				},
				cliProgress.Presets.shades_classic,
			);
			if (!this.bar.isActive) this.bar.start(total, done, { kernel });
			else this.bar.update(done, { kernel });
			return;
		}
		const now = performance.now();
		if (now - this.printedAt < LINE_INTERVAL) return;
		this.printedAt = now;
		console.error(`compiling kernel ${done + 1} of ${total}: ${kernel}`);
	};

	/** Removes the bar. May be called more than once. */
	end(): void {
		this.bar?.stop();
		this.bar = null;
	}
}
