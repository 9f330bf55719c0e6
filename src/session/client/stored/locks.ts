/** Locks between the tabs of this page. A tab that is closed or crashes frees its own. */
export interface TabLocks {
	/** Takes a training for this tab. Returns a function that frees it; null if a tab has it already. */
	take(training: string): Promise<(() => void) | null>;
	/** Trainings that tabs have taken, this one included. */
	taken(): Promise<Set<string>>;
	/** Runs a job while no other tab runs one. */
	alone<T>(job: () => Promise<T>): Promise<T>;
}

const PREFIX = 'resformer-lab.training.';
const STORAGE = 'resformer-lab.storage';

/** The Web Locks API. */
export const webLocks: TabLocks = {
	take: (training) =>
		new Promise((resolve, reject) => {
			const held = navigator.locks.request(PREFIX + training, { ifAvailable: true }, (lock) => {
				if (lock) return new Promise<void>((free) => resolve(free));
				resolve(null);
			});
			held.catch(reject);
		}),
	async taken() {
		const { held = [] } = await navigator.locks.query();
		return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
	},
	alone: (job) => navigator.locks.request(STORAGE, job),
};
