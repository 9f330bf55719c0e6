import { FIELD_NAMES } from '../../../experiment/fields';
import type { StoredName, StoredWeights } from '../../../experiment/records/stored';
import type { Experiment } from '../../../experiment/types';
import { bytesOfPacked, type FramesState, type PackedFrame, packFrame } from '../runs/frames';
import type { RunState } from '../runs/runRecord';
import type { RunView } from '../store/labSnapshot';
import type { Change, TrainingRows } from './database';
import type { WeightFolders } from './folders';
import type { ReadTraining } from './readRows';
import { type FrameRow, type RunRow, STORED_VERSION, type TrainingRow } from './rows';

/** The page's knowledge of the training that is recorded. */
export interface RecorderSource {
	readonly fromCheckpoint: boolean;
	/** The experiment that the page shows; null before the first start. */
	experiment(): Experiment | null;
	/** The runs that the page shows, in its order. */
	views(): readonly RunView[];
	names(): Readonly<Record<string, StoredName>>;
	/** True if the run's seed draws its first weights: it can be stored without any. */
	seeded(run: string): boolean;
	/** The user's name for a run; null if it has none. */
	givenName(run: string): string | null;
	/** A copy of all that the page knows of a run; null if there is no such run. */
	state(run: string): RunState | null;
	baseline(): string | null;
}

interface Services {
	rows: TrainingRows;
	folders: WeightFolders;
	now(): number;
	/** Deletes the oldest training; false if there is none. */
	makeRoom(): Promise<boolean>;
	/** Frees the training for other tabs. */
	free(): void;
}

/** Runs of one transaction: packing the probes of hundreds at once would block the page. */
const AT_ONCE = 5;

/** The stored parts of a run. */
interface Stored {
	weights: StoredWeights | null;
	/** Steps of its probes, with the bytes of each. */
	frames: Map<number, number>;
	/** The user's name for it. */
	name: string | null;
	visible: boolean;
}

/**
 * Records a training: the worker has written a run's weights to a new file; the run's row then changes to that file together with curves
 * and probes of the same moment, or later. The file before is deleted last. So at every moment the rows name complete files.
 */
export class Recorder {
	private readonly stored = new Map<string, Stored>();
	private row: TrainingRow;
	/** Changes are made one after the other. */
	private queue: Promise<unknown> = Promise.resolve();
	private ended = false;

	constructor(
		readonly id: string,
		private readonly source: RecorderSource,
		private readonly services: Services,
	) {
		const experiment = source.experiment();
		if (!experiment) throw new Error('there are no runs to store');
		const { fromCheckpoint } = source;
		this.row = {
			id,
			version: STORED_VERSION,
			experiment,
			changes: {},
			fromCheckpoint,
			baseline: null,
			changedAt: services.now(),
			runs: [],
		};
	}

	/** Stores the training without runs, unless it is one that is continued. */
	async begin(opened: ReadTraining | null): Promise<void> {
		if (!opened) return this.apply({ training: this.row });
		this.row = opened.row;
		for (const { id, weights } of opened.stored.runs) {
			const state = opened.states.get(id)?.state;
			if (!state) continue;
			const frames = new Map(state.frames.frames.entries.map(({ step, value }) => [step, bytesOfPacked(value as PackedFrame)]));
			this.stored.set(id, { weights, frames, name: state.name, visible: state.visible });
		}
	}

	/** True if the run's weights are stored. */
	has(run: string): boolean {
		return (this.stored.get(run)?.weights ?? null) !== null;
	}

	/** The worker has written a file. Resolves when it is part of the stored training, or was deleted as the run was removed. */
	async commit(run: string, weights: StoredWeights): Promise<void> {
		const change = this.runChange(run, weights);
		await this.inTurn(async () => {
			let unused = change ? this.stored.get(run)?.weights?.file : weights.file;
			try {
				if (change) await this.store([change]);
			} catch (error) {
				unused = weights.file;
				throw error;
			} finally {
				// A file that stays after all is deleted when the training is opened.
				if (unused !== undefined) await this.services.folders.deleteFiles(this.id, [unused]).catch(() => {});
			}
		});
	}

	/** Stores runs that have no row yet, and names, visibility and baseline that the user has changed. */
	async update(): Promise<void> {
		await this.inTurn(async () => {
			const changed = this.source.views().flatMap(({ info: { id }, visible }) => {
				const known = this.stored.get(id);
				if (!known && !this.source.seeded(id)) return [];
				return known?.visible === visible && known.name === this.source.givenName(id) ? [] : id;
			});
			for (let i = 0; i < changed.length; i += AT_ONCE) {
				const changes = changed.slice(i, i + AT_ONCE).flatMap((id) => this.runChange(id, this.stored.get(id)?.weights ?? null) ?? []);
				if (changes.length > 0) await this.store(changes);
			}
			if (this.row.baseline !== this.source.baseline()) await this.store([]);
		});
	}

	/** The user has removed runs. */
	async remove(runs: readonly string[]): Promise<void> {
		await this.inTurn(async () => {
			const files = runs.flatMap((run) => this.stored.get(run)?.weights?.file ?? []);
			for (const run of runs) this.stored.delete(run);
			await this.apply({
				training: { ...this.row, runs: this.row.runs.filter(({ id }) => !runs.includes(id)) },
				removed: runs,
			});
			await this.services.folders.deleteFiles(this.id, files);
		});
	}

	/** Frees the training after the changes that are under way. Makes no further change. */
	async end(): Promise<void> {
		if (this.ended) return;
		this.ended = true;
		await this.queue;
		this.services.free();
	}

	private inTurn(job: () => Promise<void>): Promise<void> {
		if (this.ended) return Promise.resolve();
		const done = this.queue.then(job);
		this.queue = done.catch(() => {});
		return done;
	}

	/** A run's row with its new probes as they are now; null if the page has removed the run. */
	private runChange(run: string, weights: StoredWeights | null): RunChange | null {
		const view = this.source.views().find(({ info }) => info.id === run);
		const state = this.source.state(run);
		const groupName = this.source.names()[run];
		if (!view || !state || !groupName) return null;
		const { info } = view;
		const { method, seed, point, fork } = info;
		const { frames, ...rest } = state;
		const own = { training: this.id, id: run, method, seed, point, fork, groupName, weights };
		const row: RunRow = { ...own, changes: changesOf(info.experiment, this.row.experiment), ...rest, ...framesRow(frames) };
		return { row, frames };
	}

	private async store(changes: readonly RunChange[]): Promise<void> {
		const frames: FrameRow[] = [];
		const dropped: { run: string; step: number }[] = [];
		const now = new Map<string, Stored>();
		for (const { row, frames: state } of changes) {
			const before = this.stored.get(row.id)?.frames ?? new Map<number, number>();
			const kept = new Map<number, number>();
			for (const { step, value } of state.frames.entries) {
				const known = before.get(step);
				const frame = known === undefined ? ('packed' in value ? value : packFrame(value)) : null;
				if (frame) frames.push({ training: this.id, run: row.id, step, frame });
				kept.set(step, frame ? bytesOfPacked(frame) : (known ?? 0));
			}
			for (const step of before.keys()) if (!kept.has(step)) dropped.push({ run: row.id, step });
			now.set(row.id, { weights: row.weights, frames: kept, name: row.name, visible: row.visible });
		}
		const runs = changes.map(({ row }) => row);
		await this.apply({ training: this.trainingWith(runs, now), runs, frames, dropped });
		for (const [run, stored] of now) this.stored.set(run, stored);
	}

	/** The training's row with changed runs, in the page's order. */
	private trainingWith(rows: readonly RunRow[], now: ReadonlyMap<string, Stored>): TrainingRow {
		const runs = new Map(this.row.runs.map((run) => [run.id, run]));
		const infos = this.source.views().map(({ info }) => info);
		for (const row of rows) {
			const steps = infos.find(({ id }) => id === row.id)?.experiment.steps ?? 0;
			const frames = [...(now.get(row.id)?.frames.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0);
			const bytes = frames + bytesOfCurves(row) + (row.weights?.bytes ?? 0);
			const ended = row.weights && row.weights.state !== 'training';
			const step = row.weights?.step ?? 0;
			runs.set(row.id, { id: row.id, step, steps: ended ? step : steps, bytes });
		}
		const order = new Map(infos.map(({ id }, place) => [id, place]));
		const place = (id: string) => order.get(id) ?? order.size;
		const sorted = [...runs.values()].sort((a, b) => place(a.id) - place(b.id));
		return { ...this.row, runs: sorted };
	}

	/** Makes a change, if need be in the room of the oldest trainings. */
	private async apply(change: Change): Promise<void> {
		const { source, services } = this;
		const { experiment } = this.row;
		const changes = changesOf(source.experiment() ?? experiment, experiment, [...FIELD_NAMES, 'sweep']);
		const training = { ...change.training, changes, baseline: source.baseline(), changedAt: services.now() };
		for (;;) {
			try {
				await services.rows.apply({ ...change, training });
				this.row = training;
				return;
			} catch (error) {
				if (!isFull(error) || !(await services.makeRoom())) throw error;
			}
		}
	}
}

interface RunChange {
	row: RunRow;
	frames: FramesState;
}

/** Fields of an experiment that differ from another; of a run apart from method and seed. */
function changesOf(experiment: Experiment, from: Experiment, names: readonly (keyof Experiment)[] = RUN_FIELDS): Partial<Experiment> {
	const changed = names.filter((name) => JSON.stringify(experiment[name]) !== JSON.stringify(from[name]));
	return Object.fromEntries(changed.map((name) => [name, experiment[name]])) as Partial<Experiment>;
}

const RUN_FIELDS = FIELD_NAMES.filter((name) => name !== 'methods' && name !== 'seeds');

const framesRow = ({ frames, sinks }: FramesState): Pick<RunRow, 'frames' | 'sinks'> => ({
	frames: { every: frames.every, entries: frames.entries.map(({ step, number }) => ({ step, number, value: null })) },
	sinks,
});

const isFull = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'QuotaExceededError';

/** Bytes of a run's losses, metrics and sinks, roughly. */
const bytesOfCurves = ({ series: { losses, seconds, gradNorms }, history, sinks }: RunRow): number =>
	losses.byteLength +
	seconds.byteLength +
	gradNorms.byteLength +
	1000 * history.length +
	sinks.entries.reduce((sum, { value }) => sum + value.byteLength, 0);
