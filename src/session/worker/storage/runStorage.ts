import type { ArenaLayout } from '../../../compiler/plan';
import type { StoredWeights } from '../../../experiment/records/stored';
import { pauseFor } from '../../../training/pause';
import type { Run } from '../../../training/run';
import type { Snapshot } from '../../../training/trainer';
import type { Event } from '../../client/protocol';
import { messageOf } from '../post';
import { sha256Of, snapshotBytes } from './snapshotFile';
import type { WeightFiles } from './weightFiles';

/** Most bytes that are written per second, in the mean: checkpoints of large models must not wear out the disk. */
const BYTES_PER_SECOND = 24 * 2 ** 20;

/** Most bytes of one training's weights and moments. */
const MOST_TRAINING_BYTES = 2 ** 30;

/** A run's state at its last checkpoint. The snapshot is never changed. */
type Writing = { snapshot: Snapshot; layout: ArenaLayout } & Pick<StoredWeights, 'state' | 'lambdaEdits' | 'lambdas' | 'lambda'>;

/**
 * Writes the checkpoints of a training's runs to files, one after the other, and posts each file that is complete. Of a run
 * whose checkpoints come faster than they are written, the latest is written. At first, and after a failure, nothing is
 * written until `resume`.
 */
export class RunStorage {
	/** Checkpoints to be written. */
	private readonly queue = new Map<Run, Writing>();
	/** Size of each run's latest file. */
	private readonly sizes = new Map<Run, number>();
	private working: Promise<void> | null = null;
	private waiting = true;
	private closed = false;
	/** Ends the pause between two files. */
	private hurry: () => void = () => {};

	/**
	 * @param training name of its folder
	 * @param post called after each file
	 */
	constructor(
		readonly training: string,
		private readonly files: WeightFiles,
		private readonly post: (event: Extract<Event, { type: 'stored' | 'notStored' }>) => void,
	) {}

	/** Writes a snapshot of a run's present state. An urgent one waits for no pause. */
	put(run: Run, snapshot: Snapshot, layout: ArenaLayout, urgent = false): void {
		if (this.closed) return;
		const { lambdas, lambda } = run.config.valueScheme;
		const state = structuredClone({ lambdaEdits: run.lambdaEdits, lambdas, lambda });
		this.queue.set(run, { snapshot, layout, state: run.state, ...state });
		if (urgent) this.hurry();
		this.start();
	}

	/** A run of a stored training, whose latest file has this size. */
	adopt(run: Run, bytes: number): void {
		this.sizes.set(run, bytes);
	}

	/** The run was removed. */
	forget(run: Run): void {
		this.queue.delete(run);
		this.sizes.delete(run);
	}

	/** The page is ready to record files, or there may be room again. Writes what is left. */
	resume(): void {
		this.waiting = false;
		this.start();
	}

	/** Writes nothing more. Resolves after the file that is being written. */
	async close(): Promise<void> {
		this.closed = true;
		this.queue.clear();
		this.hurry();
		await this.working;
	}

	private start(): void {
		if (this.waiting) return;
		this.working ??= this.work().finally(() => {
			this.working = null;
			// A checkpoint may have come since.
			if (this.queue.size > 0 && !this.closed) this.start();
		});
	}

	private async work(): Promise<void> {
		for (let next = this.next(); next && !this.waiting; next = this.next()) {
			const [run, writing] = next;
			this.queue.delete(run);
			try {
				const bytes = await this.write(run, writing);
				if (this.closed) return;
				await this.pause((1000 * bytes) / BYTES_PER_SECOND);
			} catch (error) {
				if (this.closed) return;
				this.waiting = true;
				// A newer checkpoint may wait already.
				if (!this.queue.has(run)) this.queue.set(run, writing);
				this.post({ type: 'notStored', training: this.training, reason: isFull(error) ? 'full' : 'refused', message: messageOf(error) });
			}
		}
	}

	private next(): [Run, Writing] | undefined {
		return this.queue.entries().next().value;
	}

	/** Returns the bytes of the file; 0 if the training is too large to be stored. */
	private async write(run: Run, { snapshot, layout, ...state }: Writing): Promise<number> {
		const bytes = snapshotBytes(snapshot, layout);
		const others = [...this.sizes].reduce((sum, [other, size]) => sum + (other === run ? 0 : size), 0);
		if (others + bytes.length > MOST_TRAINING_BYTES) {
			const message = `with the weights of ${run.id} it would be larger than ${MOST_TRAINING_BYTES / 2 ** 30} GiB`;
			this.post({ type: 'notStored', training: this.training, reason: 'large', message });
			return 0;
		}
		const file = crypto.randomUUID();
		const sha256 = await sha256Of(bytes);
		// Counted from now on, so that `forget` may come while the file is written.
		const before = this.sizes.get(run);
		this.sizes.set(run, bytes.length);
		try {
			await this.files.write(this.training, file, bytes);
		} catch (error) {
			if (before === undefined) this.sizes.delete(run);
			else if (this.sizes.has(run)) this.sizes.set(run, before);
			throw error;
		}
		this.post({
			type: 'stored',
			training: this.training,
			run: run.id,
			weights: { file, bytes: bytes.length, sha256, step: snapshot.step, ...state },
		});
		return bytes.length;
	}

	private pause(milliseconds: number): Promise<void> {
		const { over, end } = pauseFor(milliseconds);
		this.hurry = end;
		return over;
	}
}

const isFull = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'QuotaExceededError';
