import type { Experiment } from '../../experiment/types';
import { checkOps } from '../../gpu/check';
import { NoGpuError } from '../../gpu/device';
import { GpuContext } from '../../gpu/gpuContext';
import { measureSpeed, type Speed } from '../../gpu/speed';
import type { Command, NamedFile, SessionState } from '../client/protocol';
import { filesOf, startFrom } from './checkpoints';
import { estimateOf, type Pace } from './estimate';
import { buffersOf, lookAt } from './forwardPasses';
import { Generation } from './generation';
import { type Post, words } from './post';
import { RunController } from './runController';
import { RunNames } from './runNames';
import { Tasks } from './taskCache';

/** The trainer behind the protocol: takes commands, posts events. One set of runs at a time. */
export class Lab {
	private context: Promise<GpuContext> | null = null;
	private runs: RunController | null = null;
	private state: SessionState = 'idle';
	/** Runs are added and removed one change at a time. */
	private transition: Promise<void> = Promise.resolve();
	/** Whether what was taken out last was waiting for a hand to go on. */
	private removedWhilePaused = false;
	/** The latest question for an estimate. */
	private asked = 0;
	private speed: Speed | null = null;
	private measuring: Promise<Speed | null> | null = null;
	private readonly tasks = new Tasks();
	private readonly writing: Generation;

	/** @param budget bytes that all runs' weights, gradients and moments may take on a device; the adapter's own unless given */
	constructor(
		private readonly gpu: () => GPU | undefined,
		private readonly post: Post,
		private readonly budget?: (adapter: GpuContext['adapter']) => number,
	) {
		this.writing = new Generation(post);
	}

	/** Carries out a command; what goes wrong is posted as an `error` or `unavailable` event. */
	async handle(command: Command): Promise<void> {
		try {
			await this.carryOut(command);
		} catch (error) {
			if (error instanceof NoGpuError) this.post({ type: 'unavailable', reason: error.message, advice: error.advice });
			else this.post({ type: 'error', message: words(error) });
		}
	}

	private async carryOut(command: Command): Promise<void> {
		switch (command.type) {
			case 'open':
				await this.openContext();
				return;
			case 'estimate':
				return this.estimate(command.id, command.experiment);
			case 'start':
				return this.enqueue(() => this.start(command.experiment, command.paused, command.checkpoint));
			case 'reset':
				return this.enqueue(() => this.reset());
			case 'add':
				return this.enqueue(() => this.add(command.experiment));
			case 'fork':
				return this.fork(command.run, command.change);
			case 'remove':
				return this.enqueue(() => this.remove(command.runs));
			case 'restore':
				return this.enqueue(() => this.restore(command.runs));
			case 'pause':
				if (this.state === 'running') await this.runs?.session.pause();
				return;
			case 'resume':
				if (this.state === 'paused' && this.runs) this.train(this.runs);
				return;
			case 'step':
				if (this.state === 'paused' && this.runs) this.work(this.runs, ({ session }) => session.step());
				return;
			case 'setLambdas':
				return this.there().moveLambdas(command.run, command.lambdas);
			case 'look':
				return this.look(command);
			case 'generate':
				return this.write(command);
			case 'stopGenerating':
				return this.writing.stop();
			case 'checkpoint':
				return this.sendCheckpoint(command.id, command.run);
			case 'checkGpu':
				return this.checkGpu();
		}
	}

	private enqueue(job: () => Promise<void>): Promise<void> {
		const done = this.transition.then(job);
		this.transition = done.catch(() => {});
		return done;
	}

	private enter(state: SessionState): void {
		this.state = state;
		this.post({ type: 'state', state });
	}

	/** The device, opened at the first need and again after a loss. */
	private openContext(): Promise<GpuContext> {
		this.context ??= GpuContext.open(this.gpu()).then((context) => {
			const { name, vendor, architecture, software, profile } = context.adapter;
			this.post({ type: 'adapter', adapter: { name, vendor, architecture, software, kernels: profile.description } });
			return context;
		});
		this.context.catch(() => {
			this.context = null;
		});
		return this.context;
	}

	private reopen = (): Promise<GpuContext> => {
		this.context = null;
		return this.openContext();
	};

	private async estimate(id: number, experiment: Experiment): Promise<void> {
		this.asked = id;
		const adapter = () =>
			this.openContext().then(
				(context) => context.adapter,
				() => null,
			);
		const secondsPerStep: Pace['secondsPerStep'] = (of, { name }) => this.runs?.secondsPerStep(of, name) ?? null;
		const post = async () =>
			this.post({ type: 'estimate', id, estimate: await estimateOf(experiment, adapter, { speed: this.speed, secondsPerStep }) });
		await post();
		// Once, while nothing trains, and only for the latest question; the time is told a moment after the rest.
		const busy = this.state === 'running' || this.state === 'compiling';
		if (this.speed || busy || !(await adapter())) return;
		const { library, adapter: device } = await this.openContext();
		// A device that is lost meanwhile says so elsewhere; the time is told at the next question.
		this.measuring ??= measureSpeed(library, device.profile).catch(() => null);
		this.speed = await this.measuring;
		if (!this.speed) this.measuring = null;
		if (this.speed && this.asked === id) await post();
	}

	private async start(experiment: Experiment, paused: boolean, checkpoint?: readonly NamedFile[]): Promise<void> {
		// What can't be made, or a checkpoint that doesn't fit, is refused before it costs the runs that are there.
		const task = await this.tasks.of(experiment);
		const roster = new RunNames();
		const made = roster.begin(experiment, task);
		if (checkpoint) startFrom(checkpoint, made);
		await this.closeRuns();
		this.tasks.clear(experiment);
		this.enter('compiling');
		try {
			const { post, tasks, reopen, budget } = this;
			const context = await this.openContext();
			const runs = new RunController(made, roster, context, { post, tasks, reopen, budget, opened: () => this.showState() });
			this.runs = runs;
			await this.seat(runs, !paused);
		} catch (error) {
			await this.closeRuns();
			this.enter('idle');
			throw error;
		}
	}

	private async reset(): Promise<void> {
		await this.closeRuns();
		this.tasks.clear();
		this.post({ type: 'runs', runs: [] });
		this.enter('idle');
	}

	private async add(experiment: Experiment): Promise<void> {
		if (!this.runs) return this.start(experiment, false);
		await this.runs.add(experiment);
		await this.seat(this.runs, this.state !== 'paused');
	}

	/** The copy is taken at once, the rest is done in turn: forks of several seeds that are asked for together begin together. */
	private async fork(run: string, change: Partial<Experiment>): Promise<void> {
		const runs = this.there();
		const copy = await runs.copy(run);
		await this.enqueue(async () => {
			if (this.runs !== runs) throw new Error(`${run} is gone: other runs have begun`);
			await runs.fork(copy, change);
			await this.seat(runs, this.state !== 'paused');
		});
	}

	private async remove(ids: readonly string[]): Promise<void> {
		const { runs } = this;
		if (!runs) return;
		this.removedWhilePaused = this.state === 'paused';
		this.writing.stop(ids);
		await runs.remove(ids);
		this.rest(runs);
	}

	private async restore(ids: readonly string[]): Promise<void> {
		const runs = this.there();
		runs.restore(ids);
		await this.seat(runs, this.state !== 'paused' && !this.removedWhilePaused);
	}

	/** Brings runs that have come onto the device; where others train already, beside them. */
	private async seat(runs: RunController, goOn: boolean): Promise<void> {
		if (this.state === 'running') return;
		if (!runs.session.unfinished) return this.rest(runs);
		this.enter('compiling');
		try {
			await runs.session.fill();
		} catch (error) {
			this.enter(restOf(runs));
			throw error;
		}
		if (goOn && runs.session.unfinished) this.train(runs);
		else this.enter(restOf(runs));
	}

	private train(runs: RunController): void {
		this.work(runs, ({ session }) => session.train());
	}

	/** Trains in the background; says when it stops and why. */
	private work(runs: RunController, job: (runs: RunController) => Promise<void>): void {
		this.enter('running');
		job(runs)
			.finally(() => runs.flush())
			.then(
				() => this.stopped(runs),
				(error) => {
					if (this.runs !== runs) return;
					this.post({ type: 'error', message: words(error) });
					this.enter('paused');
				},
			);
	}

	private stopped(runs: RunController): void {
		if (this.runs !== runs) return;
		// A run may have come while the last step was on its way.
		if (runs.session.wantsMore) this.train(runs);
		else this.enter(restOf(runs));
	}

	/** Says so where runs that came or went have changed what is left to do. */
	private rest(runs: RunController): void {
		const state = restOf(runs);
		if (this.state !== 'running' && this.state !== state) this.enter(state);
	}

	/** The progress of compiling for a run that came is over: the others train all the while. */
	private showState(): void {
		if (this.state === 'running') this.post({ type: 'state', state: 'running' });
	}

	private async closeRuns(): Promise<void> {
		const { runs } = this;
		this.writing.stop();
		this.runs = null;
		await runs?.close();
	}

	/** @throws Error where nothing was started */
	private there(): RunController {
		if (!this.runs) throw new Error('there are no runs: press Train first');
		return this.runs;
	}

	private async look({ id, run: name, text, intervention }: Extract<Command, { type: 'look' }>): Promise<void> {
		try {
			const runs = this.there();
			const run = runs.find(name);
			const look = await runs.session.use(run, (model) => lookAt(run, model, text, intervention));
			this.post({ type: 'looked', id, look }, buffersOf(look));
		} catch (error) {
			this.post({ type: 'lookFailed', id, message: words(error) });
		}
	}

	private async write(command: Extract<Command, { type: 'generate' }>): Promise<void> {
		const runs = this.there();
		const run = runs.find(command.run);
		await runs.session.use(run, () => this.writing.write(command, run, runs.session.gpu));
	}

	private async sendCheckpoint(id: number, name: string): Promise<void> {
		const runs = this.there();
		const run = runs.find(name);
		const { step, files } = await runs.session.use(run, (model) => filesOf(run, model));
		this.post({ type: 'checkpoint', id, run: run.id, step, files });
	}

	private async checkGpu(): Promise<void> {
		const { library, adapter } = await this.openContext();
		const rows = await checkOps(library, adapter.profile, (row, done, total) => this.post({ type: 'check', done, total, row }));
		this.post({ type: 'checked', rows });
	}
}

/** What runs are when none of them is trained. */
const restOf = ({ session }: RunController): SessionState => (session.unfinished ? 'paused' : session.runs.length ? 'finished' : 'idle');
