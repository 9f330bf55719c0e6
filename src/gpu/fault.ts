/** The GPU refused memory or a command. Numbers that depend on it are wrong, and are never shown. */
export class GpuFault extends Error {
	override name = 'GpuFault';
}

const SCOPES = ['validation', 'out-of-memory', 'internal'] as const;

/**
 * Runs `job` inside error scopes. `job` must not wait, because a device has one stack of scopes for everything that runs
 * at the same time.
 *
 * @returns its result, and a promise that rejects with a `GpuFault` if the device refused any of its calls
 */
export function watched<T>(device: GPUDevice, job: () => T): { result: T; accepted: Promise<void> } {
	for (const filter of SCOPES) device.pushErrorScope(filter);
	// A lost device has no errors to report.
	const pop = () => SCOPES.map(() => device.popErrorScope().catch(() => null));
	let result: T;
	try {
		result = job();
	} catch (error) {
		pop();
		throw error;
	}
	const accepted = raise(pop());
	accepted.catch(() => {});
	return { result, accepted };
}

async function raise(popped: readonly Promise<GPUError | null>[]): Promise<void> {
	// The scopes are popped in the reverse order.
	for (const [i, error] of (await Promise.all(popped)).entries())
		if (error) throw faultOf(error.message, SCOPES[SCOPES.length - 1 - i] === 'out-of-memory');
}

/** @param memory true if the GPU is out of memory */
export const faultOf = (message: string, memory: boolean): GpuFault =>
	new GpuFault(`${memory ? 'the GPU has too little memory' : 'the GPU refused a command'}: ${message.trim()}`);
