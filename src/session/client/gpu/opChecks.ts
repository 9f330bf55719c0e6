import type { OpCheck } from '../../../experiment/records/opCheck';
import type { LabClient } from '../client';
import { RequestAbandoned } from '../connection/requests';
import { type Observable, Store } from '../store/store';

export interface CheckView {
	running: boolean;
	done: number;
	total: number;
	rows: readonly OpCheck[];
}

/** The last check of every op's kernels; null before the first, and after one that failed. */
class OpChecks implements Observable<CheckView | null> {
	private readonly published = new Store<CheckView | null>(null);
	readonly getSnapshot = this.published.getSnapshot;
	readonly subscribe = this.published.subscribe;

	constructor(private readonly client: Pick<LabClient, 'request' | 'store'>) {}

	/** Runs every op's kernels against its float64 reference on this GPU. */
	async run(): Promise<void> {
		const { published, client } = this;
		published.set({ running: true, done: 0, total: 0, rows: [] });
		try {
			const rows = await client.request({ type: 'checkGpu' }, ({ done, total, row }) =>
				published.update((before) => ({ running: true, done, total, rows: [...(before?.rows ?? []), row] })),
			);
			published.set({ running: false, done: rows.length, total: rows.length, rows });
		} catch (error) {
			published.set(null);
			if (!(error instanceof RequestAbandoned)) client.store.notify('error', (error as Error).message);
		}
	}
}

const known = new WeakMap<LabClient, OpChecks>();

/** The client's check, which stays when its dialog is closed. */
export function checksOf(client: LabClient): OpChecks {
	const checks = known.get(client) ?? new OpChecks(client);
	known.set(client, checks);
	return checks;
}
