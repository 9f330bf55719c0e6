import cliProgress from 'cli-progress';

/** Where no bar can be drawn, a line at most this often, ms. */
const QUIET = 2000;

/** Progress of compilation on stderr: a bar in a terminal, else a line now and then. */
export class CompileProgress {
	private bar: cliProgress.SingleBar | null = null;
	private saidAt = performance.now();

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
		if (now - this.saidAt < QUIET) return;
		this.saidAt = now;
		console.error(`compiling kernel ${done + 1} of ${total}: ${kernel}`);
	};

	/** Takes the bar away. May come more than once. */
	end(): void {
		this.bar?.stop();
		this.bar = null;
	}
}
