/** Shortest time between two redraws, ms. Events gather in between. */
export const NOTIFY_INTERVAL = 100;
/** Longest time between two redraws, ms, however slow the page or busy its user. */
const LONGEST = 1000;
/** After a click or a key, nothing but its answer is drawn for this long, ms; and never longer than LONGEST_CALM at a stretch. */
const CALM = 120;
const LONGEST_CALM = 500;
/** A redraw is followed by a rest of twice its own time, so that two thirds of the main thread stay free. */
const REST = 3;

/**
 * Decides when the store may publish its next snapshot. A machine that draws slowly (no GPU, two cores that also train) gets
 * fewer redraws and stays responsive; the user's input comes before the worker's events.
 */
export class Pacing {
	private publishedAt = Number.NEGATIVE_INFINITY;
	private inputAt = Number.NEGATIVE_INFINITY;
	private drawing = false;
	private interval = NOTIFY_INTERVAL;

	/** Milliseconds until the next snapshot may be published; 0 = now. */
	wait(): number {
		const now = performance.now();
		const since = now - this.publishedAt;
		const rest = (this.drawing ? LONGEST : this.interval) - since;
		const calm = since < LONGEST_CALM ? this.inputAt + CALM - now : 0;
		return Math.max(0, rest, calm);
	}

	/** A snapshot was published. */
	published(): void {
		this.publishedAt = performance.now();
	}

	/** The page has started to draw the last snapshot. */
	begin(): void {
		this.drawing = true;
	}

	/** The page shows it. */
	end(): void {
		if (!this.drawing) return;
		this.drawing = false;
		const took = performance.now() - this.publishedAt;
		this.interval = Math.min(LONGEST, Math.max(NOTIFY_INTERVAL, REST * took));
	}

	/** The user has clicked or pressed a key. */
	input(): void {
		this.inputAt = performance.now();
	}
}
