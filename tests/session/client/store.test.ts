import { expect, it, vi } from 'vitest';
import { Store } from '../../../src/session/client/store/store';

it('notifies every listener of a change, until it unsubscribes', () => {
	const store = new Store(1);
	const [first, second] = [vi.fn(), vi.fn()];
	const end = store.subscribe(first);
	store.subscribe(second);
	store.set(2);
	end();
	store.update((value) => value + 1);
	expect(store.getSnapshot()).toBe(3);
	expect(first).toHaveBeenCalledTimes(1);
	expect(second).toHaveBeenCalledTimes(2);
});

it('does not notify if the value stays the same', () => {
	const store = new Store(Number.NaN);
	const heard = vi.fn();
	store.subscribe(heard);
	store.set(Number.NaN);
	expect(heard).not.toHaveBeenCalled();
});

it('has the new value when listeners run, and lets listeners subscribe and unsubscribe meanwhile', () => {
	const store = new Store('a');
	const seen: string[] = [];
	const end = store.subscribe(() => {
		seen.push(store.getSnapshot());
		end();
		store.subscribe(() => seen.push(`later ${store.getSnapshot()}`));
	});
	store.set('b');
	store.set('c');
	expect(seen).toEqual(['b', 'later c']);
});
