/** A value that can be observed, as React's `useSyncExternalStore` wants it. */
export interface Observable<T> {
	/** The value; the same object until it changes. */
	readonly getSnapshot: () => T;
	/** Calls `listener` after every change; returns a function that ends this. */
	readonly subscribe: (listener: () => void) => () => void;
}

/** Holds one value, never changed in place, and notifies listeners when another takes its place. */
export class Store<T> implements Observable<T> {
	private readonly listeners = new Set<() => void>();

	constructor(private value: T) {}

	readonly getSnapshot = (): T => this.value;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	/** Sets the value. Listeners are not called if it is the same. */
	set(value: T): void {
		if (Object.is(value, this.value)) return;
		this.value = value;
		for (const listener of [...this.listeners]) listener();
	}

	/** Replaces the value by `change` of it. */
	update(change: (value: T) => T): void {
		this.set(change(this.value));
	}
}
