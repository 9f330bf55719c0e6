import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { interruptible } from '../../src/cli/interrupt';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const exit = vi.fn();
let before: Map<NodeJS.Signals, NodeJS.SignalsListener[]>;

beforeEach(() => {
	vi.useFakeTimers();
	before = new Map(SIGNALS.map((name) => [name, process.listeners(name)]));
	vi.spyOn(console, 'error').mockImplementation(() => {});
	vi.spyOn(process, 'exit').mockImplementation(exit as never);
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	exit.mockReset();
	for (const name of SIGNALS)
		for (const listener of process.listeners(name)) if (!before.get(name)?.includes(listener)) process.off(name, listener);
});

/** Sends the signal to the handlers of this job only. */
const send = (name: NodeJS.Signals) => {
	for (const listener of process.listeners(name)) if (!before.get(name)?.includes(listener)) listener(name);
};
const never = new Promise<number>(() => {});

it('returns the job’s own code while no signal arrives, and passes its error on', async () => {
	expect(await interruptible(async () => 3)).toBe(3);
	await expect(interruptible(() => Promise.reject(new Error('no device')))).rejects.toThrow('no device');
});

it.each([
	['SIGINT', 130],
	['SIGTERM', 143],
] as const)('%s aborts the job, and its code is %i however the job ends', async (name, code) => {
	const fails = interruptible((signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))));
	send(name);
	expect(await fails).toBe(code);
});

it('exits although a job has not ended within two seconds', async () => {
	const ended = vi.fn();
	void interruptible(() => never).then(ended);
	send('SIGINT');
	await vi.advanceTimersByTimeAsync(1990);
	expect(ended).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(20);
	expect(ended).toHaveBeenCalledWith(130);
});

it('a second signal ends the process at once', () => {
	void interruptible(() => never);
	send('SIGINT');
	expect(exit).not.toHaveBeenCalled();
	send('SIGINT');
	expect(exit).toHaveBeenCalledWith(130);
});
