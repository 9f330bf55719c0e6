/** Finished trainings, kept in the browser: their link shows their results when it is opened again. */
import { encodeLink, linkProblems } from '../../../experiment/link';
import type { Results } from '../../../experiment/results';
import type { Experiment } from '../../../experiment/types';
import type { ResultStore } from './resultDatabase';

/** The oldest beyond this many are deleted. */
export const MOST_KEPT = 20;

export const STORAGE_FULL =
	'The browser’s storage is full: this training is not kept. Download it as JSON, or clear old trainings to make room for it.';

/** `refused`: the browser gives no storage, as in private windows. Nothing depends on it. */
export type Keeping = 'kept' | 'full' | 'refused';

export class ResultMemory {
	constructor(private readonly store: ResultStore | null = browserStore()) {}

	/** Keeps results under their experiment, in place of earlier ones. Never rejects. */
	async keep(results: Results): Promise<Keeping> {
		const { store } = this;
		if (!store) return 'refused';
		try {
			await store.put(keyOf(results.experiment), results);
			const keys = await store.keys();
			for (const key of keys.slice(0, Math.max(0, keys.length - MOST_KEPT))) await store.delete(key);
			return 'kept';
		} catch (error) {
			return isFull(error) ? 'full' : 'refused';
		}
	}

	/** Results of the last training of the experiment; null if none are kept, or they can't be read. Never rejects. */
	async recall(experiment: Experiment): Promise<Results | null> {
		try {
			const found = await this.store?.get(keyOf(experiment));
			if (found === undefined) return null;
			// With valibot, as large as a panel of the page; most visits need neither.
			const { readResults } = await import('../../../experiment/readResults');
			return readResults(found).results;
		} catch {
			return null;
		}
	}

	/** Deletes every training. Never rejects. */
	async forgetAll(): Promise<void> {
		try {
			for (const key of (await this.store?.keys()) ?? []) await this.store?.delete(key);
		} catch {
			// Refused storage keeps nothing either.
		}
	}
}

/** The experiment's link; with the hash of a text that is too long for a link. */
export function keyOf(experiment: Experiment): string {
	// The default experiment's link was empty when the first trainings were kept.
	const link = encodeLink(experiment).replace(/^v=\d+$/, '');
	return linkProblems(experiment).length === 0 ? link : `${link}&text=${experiment.text.length}-${fnv1a(experiment.text).toString(16)}`;
}

/** 32-bit FNV-1a over UTF-16 units. */
function fnv1a(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return hash >>> 0;
}

const isFull = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'QuotaExceededError';

/** IndexedDB; null if the browser has none. Its code is loaded at the first use. */
function browserStore(): ResultStore | null {
	if (typeof indexedDB === 'undefined') return null;
	let opened: Promise<ResultStore> | null = null;
	const store = () => {
		opened ??= import('./resultDatabase').then(({ openStore }) => openStore());
		return opened;
	};
	return {
		get: async (key) => (await store()).get(key),
		put: async (key, results) => (await store()).put(key, results),
		delete: async (key) => (await store()).delete(key),
		keys: async () => (await store()).keys(),
	};
}
