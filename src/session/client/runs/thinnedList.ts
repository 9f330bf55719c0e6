/** A list with one of every `every` values: each with its step and the number of values before it. */
export interface ThinnedState<T> {
	every: number;
	entries: readonly { step: number; number: number; value: T }[];
}

/** A value of such a list. */
export type Dated<T> = ThinnedState<T>['entries'][number];

/** Values by step, of which every one, every second, every fourth … stays. The latest always stays. */
export class Thinned<T> {
	private entries: Dated<T>[] = [];
	private every = 1;

	get length(): number {
		return this.entries.length;
	}

	get last(): T | undefined {
		return this.entries.at(-1)?.value;
	}

	get lastStep(): number | undefined {
		return this.entries.at(-1)?.step;
	}

	/** True if the latest stays when the next one is added. */
	get keepsLast(): boolean {
		return (this.entries.at(-1)?.number ?? 0) % this.every === 0;
	}

	/** Adds the next one. Drops and returns the previous one if it stayed only as the latest. */
	add(step: number, value: T): T | undefined {
		const number = (this.entries.at(-1)?.number ?? -1) + 1;
		const dropped = this.keepsLast ? undefined : this.entries.pop()?.value;
		this.entries.push({ step, value, number });
		return dropped;
	}

	replaceLast(value: T): void {
		const last = this.entries.pop();
		if (last) this.entries.push({ ...last, value });
	}

	/** From now on every second one of those that stayed until now. */
	halve(): void {
		this.every *= 2;
		const last = this.entries.length - 1;
		this.entries = this.entries.filter(({ number }, i) => number % this.every === 0 || i === last);
	}

	rewind(step: number): void {
		this.entries = this.entries.filter((entry) => entry.step <= step);
	}

	/** Drops all but the latest. */
	keepLast(): void {
		this.entries = this.entries.slice(-1);
	}

	values(): T[] {
		return this.entries.map(({ value }) => value);
	}

	state(): ThinnedState<T> {
		return { every: this.every, entries: this.list() };
	}

	resume({ every, entries }: ThinnedState<T>): void {
		this.every = every;
		this.entries = [...entries];
	}

	/** As they are now; never changed afterwards. */
	list(): readonly Dated<T>[] {
		return this.entries.slice();
	}
}
