import type { LambdaEdit } from '../../experiment/interventions/lambdas';
import type { Results } from '../../experiment/results';
import type { Experiment } from '../../experiment/types';
import { type LabPort, openPort } from './connection/port';
import { RequestAbandoned, Requests } from './connection/requests';
import { GenerationStore } from './generation/generationStore';
import { InterventionStore } from './interventions/interventionStore';
import type { Checkpoint, Command, Estimate, Event, NamedFile, RequestTypes } from './protocol';
import type { RecordingContext } from './results/resultsFromRuns';
import { ResultMemory } from './storage/resultStorage';
import { LabStore } from './store/labStore';
import { browserStorage, StoredTrainings } from './stored/storedTrainings';

const REMOVED = 'The run was removed.';

/** Not needed before a training has finished or is saved. */
const loadResults = () => import('./results/resultsFromRuns');

/** The page's end of the protocol: a method for each command, and stores of the worker's answers. */
export class LabClient {
	readonly store = new LabStore();
	private readonly requests = new Requests((command) => this.send(command));
	/** For parts of the page that are not loaded with it. */
	readonly request = this.requests.send;
	readonly generation = new GenerationStore(this.request, () => this.send({ type: 'stopGenerating' }));
	readonly interventions = new InterventionStore(this.request, () => this.store.getSnapshot().state === 'running');
	readonly stored: StoredTrainings;
	/** A step was requested before there were runs. It is sent as soon as they are ready. */
	private stepWhenReady = false;
	/** The experiment whose estimate was asked for last. */
	private estimated: Experiment | null = null;
	/** The runs started from a checkpoint: the experiment alone does not reproduce their results. */
	fromCheckpoint = false;

	/** @param reopen starts another worker, after one has stopped */
	constructor(
		private port: LabPort,
		private readonly memory = new ResultMemory(),
		private readonly reopen: () => LabPort = openPort,
		storage = browserStorage,
	) {
		const { store } = this;
		const send = (command: Command) => this.send(command);
		this.stored = new StoredTrainings({ store, send, request: this.request, fromCheckpoint: () => this.fromCheckpoint }, storage);
		this.listen(port);
	}

	private listen(port: LabPort): void {
		port.onmessage = ({ data }) => {
			this.receive(data);
			if (data.type !== 'state') return;
			if (data.state === 'paused' && this.stepWhenReady) this.step();
			if (data.state === 'finished') void this.keep();
		};
		port.onerror = (error) => {
			const reason = error.message ? `: ${error.message}` : '';
			const message = `The training worker stopped${reason}.`;
			this.stepWhenReady = false;
			this.store.setWorkerStopped(message);
			this.requests.close(message);
			this.stored.stop();
		};
		this.send({ type: 'open' });
	}

	/** Starts a new worker in place of one that has stopped. The curves of its runs stay on the page; the runs do not continue. */
	restartWorker(): void {
		this.port.onmessage = null;
		this.port.onerror = null;
		this.port.terminate();
		this.port = this.reopen();
		this.requests.reopen();
		this.store.setWorkerStopped(null);
		this.listen(this.port);
		if (this.estimated) this.estimate(this.estimated);
	}

	/** Asks what `experiment` would cost. The store shows the answer to the latest question alone. */
	estimate(experiment: Experiment): void {
		const before = this.estimated;
		this.estimated = experiment;
		this.requests.abandon('A later estimate was asked for.', (request) => request.type === 'estimate' && request.experiment === before);
		const show = (estimate: Estimate) => this.store.setEstimate(estimate);
		this.request({ type: 'estimate', experiment }, show).then(show, (error: Error) => this.notifyFailure(error));
	}

	/** Seconds that all runs of `experiment` would take on this device; null if unknown. The store shows nothing of it. */
	async secondsOf(experiment: Experiment): Promise<number | null> {
		try {
			// A copy: `estimate` must not abandon this request.
			return (await this.request({ type: 'estimate', experiment: { ...experiment } })).seconds;
		} catch {
			return null;
		}
	}

	/**
	 * Replaces whatever is training once the worker has accepted the experiment. If it refuses, the present runs stay.
	 * `paused` compiles and takes the first probe without a step. With a checkpoint's files, the runs of its method start
	 * from its weights.
	 */
	start(experiment: Experiment, paused = false, checkpoint?: NamedFile[]): void {
		this.stepWhenReady = false;
		this.store.setPending('start');
		this.send({ type: 'start', experiment, paused, ...(checkpoint && { checkpoint }) });
	}

	/** A run's checkpoint at its present step. Rejects with the worker's message, or if the run is removed. */
	async checkpoint(run: string): Promise<Checkpoint> {
		try {
			return await this.request({ type: 'checkpoint', run });
		} catch (error) {
			this.notifyFailure(error as Error);
			throw error;
		}
	}

	/** The experiment that trains a checkpoint's model. Rejects with the worker's message, which names the field if there is none. */
	checkpointExperiment(files: readonly NamedFile[], form: Experiment): Promise<Experiment> {
		return this.request({ type: 'checkpointExperiment', files: files.filter(({ name }) => name === 'config.json'), form });
	}

	/** The files of a PyTorch project. Rejects with the worker's message. */
	async project(request: RequestTypes['project']['arguments'], onProgress?: (done: number, total: number) => void): Promise<NamedFile[]> {
		try {
			return await this.request({ type: 'project', ...request }, ({ done, total }) => onProgress?.(done, total));
		} catch (error) {
			this.notifyFailure(error as Error);
			throw error;
		}
	}

	/** Starts `experiment`, takes one step of every run and stays paused. */
	startWithStep(experiment: Experiment): void {
		this.start(experiment, true);
		this.stepWhenReady = true;
	}

	pause(): void {
		this.store.setPending('pause');
		this.send({ type: 'pause' });
	}

	resume(): void {
		this.store.setPending('resume');
		this.send({ type: 'resume' });
	}

	/** One step of every run, then paused. */
	step(): void {
		this.stepWhenReady = false;
		this.store.setPending('step');
		this.send({ type: 'step' });
	}

	/** Frees every run and forgets its curves. */
	reset(): void {
		this.stepWhenReady = false;
		this.forgetRuns();
		this.store.beginReset();
		this.stored.discard();
		this.send({ type: 'reset' });
	}

	/** Adds runs to those in training. */
	add(experiment: Experiment): void {
		this.store.expect(experiment);
		this.send({ type: 'add', experiment });
	}

	/** Copies a run at its present step with a change that `forkProblems` accepts. */
	fork(run: string, change: Partial<Experiment>): void {
		this.send({ type: 'fork', run, change });
	}

	/** Removes runs, on the page at once. `restore` brings back those that were removed last. */
	remove(runs: readonly string[]): void {
		// A reset frees all of them; afterwards others may have their ids.
		if (this.store.getSnapshot().pending === 'reset') return;
		this.store.remove(runs);
		this.requests.abandon(REMOVED, (request) => 'run' in request && runs.includes(request.run));
		for (const run of runs) this.interventions.forget(run);
		this.stored.remove(runs);
		this.send({ type: 'remove', runs: [...runs] });
	}

	restore(): void {
		const { removed } = this.store.getSnapshot();
		if (removed.length === 0) return;
		this.store.restore();
		this.send({ type: 'restore', runs: removed.map(({ id }) => id) });
	}

	/** Training continues with these λ. */
	setLambdas(run: string, lambdas: readonly LambdaEdit[]): void {
		this.send({ type: 'setLambdas', run, lambdas: [...lambdas] });
	}

	/** Results of the last training of this experiment that the browser has kept; null if it has none. */
	recall(experiment: Experiment): Promise<Results | null> {
		return this.memory.recall(experiment);
	}

	/** Makes room in the browser's storage: deletes the trainings kept there, then keeps the finished one. */
	async forgetOld(): Promise<void> {
		await this.memory.forgetAll();
		if (this.store.getSnapshot().state === 'finished') await this.keep();
		else this.store.setStorageFull(false);
	}

	/** Every loss and metric of the runs, as the text of a .json file in pieces (`fileOf`); null before a start. */
	async resultsJson(): Promise<Generator<string> | null> {
		const context = this.context();
		const runs = this.store.views();
		if (!context) return null;
		const { resultsJson } = await loadResults();
		return resultsJson(runs, context);
	}

	/** Ends the worker. */
	close(): void {
		this.port.terminate();
	}

	private context(): RecordingContext | null {
		const { experiment, adapter } = this.store.getSnapshot();
		return experiment && { experiment, adapter: adapter?.name ?? null, when: new Date() };
	}

	/** Keeps the results of a finished training in the browser. */
	private async keep(): Promise<void> {
		const context = this.context();
		const runs = this.store.views();
		if (!context || runs.length === 0 || this.fromCheckpoint) return;
		const script = await loadResults().catch(() => null);
		// Offline, or the page was replaced by a later version: nothing is kept.
		if (!script) return;
		const results = await script.resultsBetweenTasks(runs, context);
		const keeping = await this.memory.keep(results);
		// Another training may have started meanwhile.
		if (this.store.getSnapshot().experiment === results.experiment) this.store.setStorageFull(keeping === 'full');
	}

	private receive(event: Event): void {
		if (event.type === 'started') {
			this.fromCheckpoint = event.fromCheckpoint;
			this.forgetRuns();
			this.store.begin(event.experiment);
			this.stored.receive(event);
			return;
		}
		this.store.receive(event);
		this.stored.receive(event);
		this.requests.receive(event);
	}

	/** Shows why a request failed. An abandoned one is no failure. */
	private notifyFailure(error: Error): void {
		if (!(error instanceof RequestAbandoned)) this.store.notify('error', error.message);
	}

	private forgetRuns(): void {
		this.generation.clear();
		this.interventions.forget();
		this.requests.abandon(REMOVED, (request) => 'run' in request);
	}

	/** Posts a command to the worker. */
	send(command: Command): void {
		this.port.postMessage(command);
	}
}
