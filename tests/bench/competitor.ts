import type { Turn } from './peers/lib/common.mjs';

export interface Taken {
	/** Before each step's update, nats. */
	losses: number[];
	/** Upload to loss on the host, ms a step. */
	times: number[];
}

/** Someone who trains the shape when it is their turn. */
export interface Competitor {
	lib: string;
	adapter: string;
	/** From the model's making to its first loss, kernels compiled in this process, ms; known after the first turn. */
	coldMs: number;
	/** Steps from `from` on. */
	take(from: number, turn: Turn): Promise<Taken>;
	close(): Promise<void>;
}

export interface Measured extends Taken {
	/** Without the cold step and the warm-up, ms. */
	timed: number[];
}

/** Steps after the cold one that aren't timed: allocations and lazy compilation settle. */
const WARM_UP = 2;
/** Timed steps that even the slowest takes. */
const LEAST_TIMED = 3;
/** A turn's length by default, ms: long enough to be the only one in the caches, short enough that the machine's drift hits everyone. */
const TURN = 1500;

/**
 * Trains all competitors alternately, until each has timed `steps` steps, or at least three and its budget is spent. One that
 * fails is left out of further turns.
 *
 * @param budget time for each, ms, without the cold step
 * @param length of a turn, ms; it takes a step at least
 */
export async function race(
	competitors: readonly Competitor[],
	steps: number,
	budget: number,
	length = TURN,
): Promise<Map<Competitor, Measured | Error>> {
	const results = new Map<Competitor, Measured | Error>();
	const running = new Set(competitors);
	const attempt = async (competitor: Competitor, turn: (known: Taken) => Turn) => {
		const known = (results.get(competitor) as Measured | undefined) ?? { losses: [], times: [], timed: [] };
		try {
			const { losses, times } = await competitor.take(known.losses.length, turn(known));
			const all = { losses: [...known.losses, ...losses], times: [...known.times, ...times] };
			results.set(competitor, { ...all, timed: all.times.slice(1 + WARM_UP) });
		} catch (error) {
			running.delete(competitor);
			results.set(competitor, error instanceof Error ? error : new Error(String(error)));
		}
	};
	for (const competitor of competitors) await attempt(competitor, () => ({ least: 1, most: 1, ms: 0 }));
	while (running.size)
		for (const competitor of [...running]) {
			await attempt(competitor, ({ losses }) => ({ least: 1, most: 1 + WARM_UP + steps - losses.length, ms: length }));
			const measured = results.get(competitor) as Measured;
			if (!running.has(competitor)) continue;
			const spent = measured.times.slice(1).reduce((sum, time) => sum + time, 0);
			if (measured.timed.length >= steps || (measured.timed.length >= LEAST_TIMED && spent > budget)) running.delete(competitor);
		}
	return results;
}

export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
