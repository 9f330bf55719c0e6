/** The form's experiments as steps of the browser's history. */
import { FIELD_NAMES } from '../../experiment/fields';
import type { Experiment } from '../../experiment/types';

/** Changes of the same fields within this time are one step, as when a number is typed, ms. */
const ONE_STEP = 2000;

/**
 * Writes experiments into the address. Back and forward return to each of them whole, also to a text that is too long for a link,
 * for as long as the page is open.
 */
export class Visited {
	/** By the entry's number, which its state has. */
	private readonly entries = new Map<number, Experiment>();
	private next = 1;
	private last: { fields: string; at: number } | null = null;

	/** The experiment of the present entry; null if it is not known, as after a reload. */
	present(): Experiment | null {
		return this.entries.get(entryOf(history.state)) ?? null;
	}

	/** @param address of the experiment @param now ms */
	write(experiment: Experiment, address: string, now = Date.now()): void {
		const before = this.present();
		if (before === experiment) return;
		const fields = before && changedFields(before, experiment);
		const same = fields !== null && this.last !== null && fields === this.last.fields && now - this.last.at < ONE_STEP;
		// The first address is only written in the lab's own spelling.
		if (!before || fields === '' || same) {
			const entry = before ? entryOf(history.state) : this.next++;
			this.entries.set(entry, experiment);
			history.replaceState({ ...history.state, experiment: entry }, '', address);
		} else {
			const entry = this.next++;
			this.entries.set(entry, experiment);
			history.pushState({ experiment: entry }, '', address);
		}
		if (fields) this.last = { fields, at: now };
	}
}

function entryOf(state: unknown): number {
	const entry = typeof state === 'object' && state !== null && 'experiment' in state ? state.experiment : 0;
	return typeof entry === 'number' ? entry : 0;
}

const changedFields = (before: Experiment, after: Experiment): string =>
	[...FIELD_NAMES, 'sweep' as const].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).join();
