/** The service worker that keeps the page for offline use (`scripts/publish.mjs`). */

/** Delay before its files are fetched, ms, so that the page and its recorded answer load first. */
const DELAY = 3000;

export interface NewVersionFound {
	/** Loads the new version in this tab. */
	load(): void;
}

/**
 * Registers the worker, and calls `found` once a version other than the shown one is ready. Without service workers, or if
 * the worker can't be fetched, the page works as before, only not offline. @returns a function that stops listening
 */
export function keepOffline(found: (version: NewVersionFound) => void): () => void {
	const workers = navigator.serviceWorker;
	if (!workers) return () => {};
	/** The user asked for the new version in this tab. */
	let asked = false;
	let ended = false;
	const offer = (worker: ServiceWorker) => {
		if (ended) return;
		found({
			load() {
				asked = true;
				worker.addEventListener('statechange', () => worker.state === 'activated' && location.reload());
				worker.postMessage({ type: 'SKIP_WAITING' });
			},
		});
	};
	// A new worker controls all tabs at once. A tab that did not ask for it keeps its training, and reloads when the user wants.
	const changed = () => {
		if (!asked && !ended) found({ load: () => location.reload() });
	};
	const watch = (registration: ServiceWorkerRegistration) => {
		if (registration.waiting) offer(registration.waiting);
		registration.addEventListener('updatefound', () => {
			const worker = registration.installing;
			worker?.addEventListener('statechange', () => {
				// Without an active worker it is the first version, not a new one.
				if (worker.state === 'installed' && registration.active) offer(worker);
			});
		});
	};
	// The first worker controls no tab that is open already.
	if (workers.controller) workers.addEventListener('controllerchange', changed);
	// Relative to the page, wherever it is served.
	const timer = setTimeout(() => workers.register('sw.js').then(watch, () => {}), DELAY);
	return () => {
		ended = true;
		clearTimeout(timer);
		workers.removeEventListener('controllerchange', changed);
	};
}
