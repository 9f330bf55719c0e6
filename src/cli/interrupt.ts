/**
 * Time that a job has to end by itself after Ctrl-C, ms: enough to finish compiling a kernel. A process that exits while
 * the compiler's threads run may crash.
 */
const GRACE = 2000;

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs a job until it ends or the process receives SIGINT (Ctrl-C) or SIGTERM. The first one aborts `signal`, gives the job
 * `GRACE` to end, and decides the exit code. A second one ends the process at once.
 *
 * @returns the exit code
 */
export async function interruptible(job: (signal: AbortSignal) => Promise<number>): Promise<number> {
	const controller = new AbortController();
	let code = 0;
	let late: () => void = () => {};
	const abandoned = new Promise<void>((resolve) => {
		late = resolve;
	});
	const stop = (name: NodeJS.Signals) => {
		if (code) process.exit(code);
		code = CODES[name as keyof typeof CODES];
		// Abort first, so that progress bars are cleared before the message is printed.
		controller.abort();
		console.error('lab: stopped');
		setTimeout(late, GRACE);
	};
	for (const name of Object.keys(CODES) as (keyof typeof CODES)[]) process.on(name, stop);
	try {
		const ended = await Promise.race([job(controller.signal), abandoned]);
		return code || (ended ?? 0);
	} catch (error) {
		// Errors during the shutdown are expected.
		if (code) return code;
		throw error;
	}
}
