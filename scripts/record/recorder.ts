import { openDawn } from '../../src/cli/dawn';
import type { Cell } from '../../src/cli/sweep/lines';
import type { RunResult } from '../../src/experiment/results';
import type { Experiment } from '../../src/experiment/types';
import { GpuContext } from '../../src/gpu/gpuContext';
import type { Event } from '../../src/session/client/protocol';
import { resultsOf } from '../../src/session/client/results/resultsFromRuns';
import { LabStore } from '../../src/session/client/store/labStore';
import { Lab } from '../../src/session/worker/lab';

/** Kept of each run before a file is made of them. Attention maps take most space, so only the first seed has them. */
const FIRST_SEED = { points: 240, frames: 13, frameCharacters: 16e6 };
const OTHER_SEEDS = { ...FIRST_SEED, frames: 0 };

/** Trains with the page's worker and store, in Node. */
export class Recorder {
	private readonly dawn = openDawn();
	private receive: (event: Event) => void = () => {};
	private readonly lab = new Lab(
		() => GpuContext.open(this.dawn.gpu),
		(event) => this.receive(event),
	);
	private name: string | null = null;

	/** The adapter's name. */
	async adapter(): Promise<string> {
		this.name ??= await new Promise<string>((resolve, reject) => {
			this.receive = (event) => {
				if (event.type === 'adapter') resolve(event.adapter.name);
				else if (event.type === 'unavailable') reject(new Error(event.reason));
			};
			this.lab.handle({ type: 'open' }).catch(reject);
		});
		return this.name;
	}

	/** Trains the runs of one point and seed to their end. @returns their results, in the order of the cell's runs */
	async train({ point, seed, runs }: Cell, question: Experiment, stepped: (run: string) => void): Promise<RunResult[]> {
		const experiment: Experiment = { ...point.experiment, seeds: [seed], ...(question.sweep && { sweep: [point.point] }) };
		const store = new LabStore();
		store.begin(experiment);
		await new Promise<void>((resolve, reject) => {
			this.receive = (event) => {
				store.receive(event);
				if (event.type === 'steps') for (const _ of event.losses) stepped(event.run);
				else if (event.type === 'error') reject(new Error(event.message));
				else if (event.type === 'unavailable') reject(new Error(event.reason));
				else if (event.type === 'state' && event.state === 'finished') resolve();
			};
			this.lab.handle({ type: 'start', experiment, paused: false }).catch(reject);
		});
		// The store publishes what it has received a moment later.
		await new Promise<void>((resolve) => {
			const check = () => {
				if (store.getSnapshot().state !== 'finished') return;
				stop();
				resolve();
			};
			const stop = store.subscribe(check);
			check();
		});
		const limits = seed === question.seeds[0] ? FIRST_SEED : OTHER_SEEDS;
		const results = resultsOf(store.getSnapshot().runs, { experiment: question, adapter: null, when: new Date() }, limits).runs;
		return results.map((result, i) => ({ ...result, id: runs[i], ...(point.index > 0 && { point: point.index }) }));
	}

	close(): void {
		this.dawn.close();
	}
}
