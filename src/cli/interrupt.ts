/**
 * Time that a job gets to end by itself after Ctrl-C, ms: that of a kernel that is being compiled, as a process that ends
 * under a compiler's threads may crash.
 */
const GRACE = 2000;

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs a job that Ctrl-C and SIGTERM end: they abort `signal`, the job winds up in a moment or is left behind, and the
 * exit code is the signal's. A second one ends the process at once, also while it is about to end: the handlers stay.
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
		// First: whoever draws on the terminal gives it back.
		controller.abort();
		console.error('lab: stopped');
		setTimeout(late, GRACE);
	};
	for (const name of Object.keys(CODES) as (keyof typeof CODES)[]) process.on(name, stop);
	try {
		const ended = await Promise.race([job(controller.signal), abandoned]);
		return code || (ended ?? 0);
	} catch (error) {
		// What fails while it is torn down is no news.
		if (code) return code;
		throw error;
	}
}
