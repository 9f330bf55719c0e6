import { fieldsThatAffect } from '../../experiment/fields';
import { forkExperiment, forkProblems } from '../../experiment/fork';
import type { LambdaEdit } from '../../experiment/interventions/lambdas';
import type { Experiment } from '../../experiment/types';
import type { GpuContext } from '../../gpu/gpuContext';
import { copyOf, forkOf, type RunCopy } from '../../training/fork';
import type { ResidencyOptions } from '../../training/residency';
import type { Run } from '../../training/run';
import { Session } from '../../training/session';
import { firstSnapshot } from '../../training/snapshots';
import { messageOf, type Post } from './post';
import type { RunNames } from './runNames';
import { StepBuffer } from './stepBuffer';
import type { RunStorage } from './storage/runStorage';
import type { TaskCache } from './taskCache';

/** Services of the worker that a `RunController` uses. */
interface Dependencies {
	post: Post;
	tasks: TaskCache;
	/** A new device, after one was lost. */
	reopen(): Promise<GpuContext>;
	/** A run was loaded onto the device. */
	opened(): void;
	/** Writes checkpoints to files; null if nothing is stored. */
	storage: RunStorage | null;
	/** Options of the session. */
	options?: Partial<ResidencyOptions>;
}

/** Fields that the time of a step depends on, apart from the method. */
const SIZES = [...fieldsThatAffect('model', 'batches', 'memory').filter((name) => name !== 'methods'), 'optimizer'] as const;

/** The page's runs: their session, their names and the events about them. */
export class RunController {
	readonly session: Session;
	private readonly buffer: StepBuffer;
	/** Runs whose first frame has been posted. */
	private readonly shown = new WeakSet<Run>();
	/** True once the page knows that the runs are stored. */
	private announced = false;
	/** The runs removed last, with their places in the list. */
	private removed: { run: Run; place: number }[] = [];

	constructor(
		runs: readonly Run[],
		private readonly names: RunNames,
		gpu: GpuContext,
		private readonly deps: Dependencies,
	) {
		const { post, reopen, options } = deps;
		const buffer = new StepBuffer(post);
		this.buffer = buffer;
		for (const run of runs) this.keep(run);
		this.session = new Session(
			runs,
			gpu,
			reopen,
			{
				compiling: (done, total, kernel) => post({ type: 'compiling', done, total, kernel }),
				opened: (run) => this.onOpened(run),
				offloaded: () => this.publish(),
				refused: (run, error) => {
					names.forget(run);
					post({ type: 'error', message: `${run.id} can’t be trained here: ${messageOf(error)}` });
					this.publish();
				},
				stepped: (run, result) => buffer.add(run, result),
				measured: (run, step, metrics) => {
					buffer.flush();
					post({ type: 'metrics', run: run.id, step, metrics });
				},
				probe: (run, step) => this.sendFrame(run, step),
				diverged: (run, step) => {
					buffer.flush();
					post({ type: 'diverged', run: run.id, step });
					// Its last good weights: those on the device are NaN.
					this.put(run, { urgent: true });
				},
				finished: (run, metrics) => {
					buffer.flush();
					post({ type: 'finished', run: run.id, steps: run.completedSteps, metrics });
					this.put(run, { urgent: true });
				},
				deviceLost: (message) => post({ type: 'deviceLost', message }),
				resumed: (steps) => {
					// Results from before the loss are posted first: the page drops them when it rewinds.
					buffer.flush();
					post({ type: 'resumed', steps });
				},
			},
			options,
		);
	}

	/** Posts the list of runs. */
	publish(): void {
		const { post, storage } = this.deps;
		const { runs } = this.session;
		if (storage) {
			const names = Object.fromEntries(runs.map((run) => [run.id, this.names.stored(run)]));
			const seeded = runs.filter(({ fork, initialWeights }) => !fork && !initialWeights).map(({ id }) => id);
			post({ type: 'storing', training: storage.training, names, seeded });
		}
		post({ type: 'runs', runs: runs.map((run) => this.names.info(run)) });
		if (storage && !this.announced) this.storeFirst(storage);
	}

	/** Posts the buffered steps. */
	flush(): void {
		this.buffer.flush();
	}

	/** @throws Error if there is no such run */
	find(id: string): Run {
		const run = this.session.runs.find((candidate) => candidate.id === id);
		if (!run) throw new Error(`there is no run ${id}: press Train first`);
		return run;
	}

	/** @throws TaskError */
	async add(experiment: Experiment): Promise<void> {
		this.join(this.names.begin(await this.deps.tasks.ofRuns(experiment), this.session.runs));
	}

	/** Copies a run at its present step, to be forked. @throws Error with the reason if it can't be */
	async copy(id: string): Promise<RunCopy> {
		const { session } = this;
		const parent = this.find(id);
		if (parent.state === 'diverged') throw new Error(`${id} has diverged: its weights are NaN`);
		return session.use(parent, (model) => copyOf(parent, model, session.gpu.adapter));
	}

	/** @throws Error with the reason if the fork is not possible */
	async fork(copy: RunCopy, change: Partial<Experiment>): Promise<void> {
		const { parent, snapshot } = copy;
		const [problem] = forkProblems(parent.experiment, change, snapshot.step);
		if (problem) throw new Error(`${parent.id} can’t be forked: ${problem.message}`);
		const next = forkExperiment(parent.experiment, change);
		const task = await this.deps.tasks.of(next);
		const name = this.names.freeId(`${next.methods[0]}#${next.seeds[0]}`);
		const run = forkOf(copy, change, { task, id: name });
		this.names.addFork(run, parent);
		this.flush();
		this.buffer.inherit(run, parent);
		this.join([run]);
	}

	/** Removes runs at their present step. Runs removed earlier can then no longer be restored. */
	async remove(ids: readonly string[]): Promise<void> {
		const { session, names } = this;
		const places = session.runs.map((run, place) => ({ run, place })).filter(({ run }) => ids.includes(run.id));
		if (!places.length) return;
		await session.remove(places.map(({ run }) => run));
		for (const { run } of this.removed) names.forget(run);
		this.removed = places;
		for (const { run } of places) {
			run.saved = null;
			this.deps.storage?.forget(run);
		}
		this.flush();
		this.publish();
	}

	/** Restores runs that were removed last, at their step and in their place. */
	restore(ids: readonly string[]): void {
		const back = this.removed.filter(({ run }) => ids.includes(run.id));
		this.removed = this.removed.filter((entry) => !back.includes(entry));
		for (const { run, place } of back) this.session.add([run], Math.min(place, this.session.runs.length));
		this.publish();
		for (const { run } of back) {
			this.keep(run);
			this.put(run);
		}
	}

	/** @throws InterventionError, Error if the run has no next step */
	async setLambdas(id: string, lambdas: readonly LambdaEdit[]): Promise<void> {
		await this.session.setLambdas(this.find(id), lambdas);
		this.publish();
	}

	/** Step time of a model of this method and these sizes, seconds; null if none was trained. */
	secondsPerStep(experiment: Experiment, method: string): number | null {
		const like = ({ experiment: other }: Run) => SIZES.every((name) => other[name] === experiment[name]);
		return (
			this.session.runs.find((run) => run.method.name === method && run.clock.secondsPerStep !== null && like(run))?.clock.secondsPerStep ??
			null
		);
	}

	/** Takes checkpoints of all runs, and stores them. Does nothing if nothing is stored. */
	async store(): Promise<void> {
		if (this.deps.storage) await this.session.save();
	}

	/** The page records this training: writes checkpoints to files, and the last ones of these runs once more. */
	record(training: string, ids: readonly string[]): void {
		const { storage } = this.deps;
		if (storage?.training !== training) return;
		for (const run of this.session.runs) if (ids.includes(run.id)) this.put(run);
		storage.resume();
	}

	/** Runs of a stored training: their time in training so far. The page has their probes. */
	resume(seconds: ReadonlyMap<string, number>): void {
		for (const run of this.session.runs) {
			this.buffer.resume(run, seconds.get(run.id) ?? 0);
			if (run.checkpoint) this.shown.add(run);
		}
		this.publish();
	}

	async close(): Promise<void> {
		await this.deps.storage?.close();
		await this.session.close();
	}

	private join(runs: readonly Run[]): void {
		this.session.add(runs);
		this.publish();
		for (const run of runs) {
			this.keep(run);
			this.put(run, { urgent: true });
		}
	}

	/** Stores the weights that no seed draws. */
	private storeFirst(storage: RunStorage): void {
		this.announced = true;
		for (const run of this.session.runs) {
			const { initialWeights, checkpoint } = run;
			if (!initialWeights || checkpoint) continue;
			const layout = run.layout(this.session.gpu.adapter);
			storage.put(run, firstSnapshot(initialWeights, layout), layout, true);
		}
	}

	/** Stores each checkpoint of a run. */
	private keep(run: Run): void {
		if (!this.deps.storage) return;
		run.saved = () => {
			// The last one is stored once the run has finished.
			if (run.state !== 'training' || run.step < run.steps) this.put(run);
		};
	}

	/** Stores a run's last checkpoint. An urgent one waits for no pause. */
	private put(run: Run, { urgent = false } = {}): void {
		const { checkpoint } = run;
		if (checkpoint) this.deps.storage?.put(run, checkpoint, run.layout(this.session.gpu.adapter), urgent);
	}

	private async onOpened(run: Run): Promise<void> {
		this.publish();
		this.deps.opened();
		if (this.shown.has(run)) return;
		this.shown.add(run);
		await this.sendFrame(run, run.step);
	}

	private async sendFrame(run: Run, step: number): Promise<void> {
		const found = await run.frame();
		if (!found) return;
		const { heads, layers } = run.config;
		const { batch, frame } = found;
		const { vocabulary } = run.task;
		const tokens = Array.from(batch.inputs.subarray(0, batch.sequenceLength), (token) => vocabulary.display(token));
		this.deps.post(
			{ type: 'frame', frame: { run: run.id, step, layers, heads, length: batch.sequenceLength, tokens, ...frame } },
			Object.values(frame).map(({ buffer }) => buffer),
		);
	}
}
