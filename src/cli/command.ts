/** One command of the terminal, such as `lab train`. */
export interface Command {
	/** The text that `lab COMMAND --help` prints. */
	help: string;
	/** @returns the exit code; `signal` is aborted by Ctrl-C. */
	run(argv: readonly string[], signal: AbortSignal): Promise<number>;
}
