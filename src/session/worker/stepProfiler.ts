import { methodsOf } from '../../experiment/methods/names';
import type { ProfileProgress, StepReport } from '../../experiment/records/stepReport';
import type { TunedTiles } from '../../experiment/records/tiles';
import type { Experiment } from '../../experiment/types';
import type { GpuContext } from '../../gpu/gpuContext';
import { measurePeaks } from '../../gpu/peaks';
import { Run } from '../../training/run';
import type { Session } from '../../training/session';
import { profileStep } from '../../training/stepProfile';
import { stepCost, stepTimes } from '../../training/stepReport';
import { tuneSteps } from '../../training/stepTuning';
import { trainerPlans } from '../../training/trainer';
import { stepShape } from '../../training/trainingGraphs';
import type { MeasuredTiles } from './measuredTiles';
import { makeTask } from './taskCache';

/** Rounds of each measurement, of which the median counts. */
const ROUNDS = 5;

type Report = (progress: ProfileProgress) => void;

/**
 * Measures where the time of a training step goes. Has a device of its own, so that nothing it does reaches the runs, and no run takes a
 * step meanwhile. One measurement at a time.
 */
export class StepProfiler {
	private current = new AbortController();

	/**
	 * @param openGpu opens another device, with timestamps if the adapter has them
	 * @param tiles keeps the tiles that are measured
	 */
	constructor(
		private readonly openGpu: () => Promise<GpuContext>,
		private readonly tiles: MeasuredTiles,
	) {}

	/** Ends the measurement in progress. */
	stop(): void {
		this.current.abort();
	}

	/**
	 * A step of one method of an experiment. With `tune` the tiles of its products are measured first, kept and used. Null after `stop`,
	 * or if a later measurement took its place.
	 *
	 * @param session resolves with the one whose steps would disturb the measurement, once it is known
	 * @throws TaskError, PlanError, ShaderError, GpuFault, DeviceLostError
	 */
	async profile(
		{ experiment, method, tune = false }: { experiment: Experiment; method: string; tune?: boolean },
		session: Promise<Session | undefined>,
		report: Report,
	): Promise<StepReport | null> {
		this.stop();
		this.current = new AbortController();
		const { signal } = this.current;
		const stopped = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
		const onProgress: Report = (progress) => {
			if (!signal.aborted) report(progress);
		};
		onProgress({ stage: 'waiting', done: 0, total: 0 });
		const [chosen] = methodsOf({ methods: [method] });
		const run = new Run({ experiment, method: chosen, seed: experiment.seeds[0], task: await makeTask(experiment) });
		const job = async () => (signal.aborted ? null : this.measure(run, tune, stopped, onProgress));
		const held = async () => {
			const steps = await session;
			return steps ? steps.betweenSteps(job) : job();
		};
		return Promise.race([held(), stopped]);
	}

	private async measure(run: Run, tune: boolean, stopped: Promise<null>, report: Report): Promise<StepReport | null> {
		report({ stage: 'opening', done: 0, total: 0 });
		const gpu = await this.openGpu();
		try {
			const job = async () => {
				const tiles = tune ? await this.tuneOn(gpu, run, report) : undefined;
				return { ...(await measureOn(gpu, run, report)), ...(tiles && { tiles }) };
			};
			return await Promise.race([job(), gpu.lost, stopped]);
		} finally {
			gpu.close();
		}
	}

	private async tuneOn(gpu: GpuContext, run: Run, report: Report): Promise<TunedTiles[]> {
		report({ stage: 'tiles', done: 0, total: 0 });
		const compiling = (done: number, total: number) => report({ stage: 'tiles', done, total });
		const rows = await tuneSteps(gpu, [run.config], stepShape(run.experiment), compiling);
		await this.tiles.add(gpu.adapter, rows);
		await this.tiles.apply(gpu);
		return rows;
	}
}

async function measureOn(gpu: GpuContext, run: Run, report: Report): Promise<StepReport> {
	const { adapter, library } = gpu;
	// A model that is too large is refused before anything is measured.
	const plan = trainerPlans(run.config, stepShape(run.experiment), adapter).training;
	report({ stage: 'peaks', done: 0, total: 0 });
	const peaks = await measurePeaks(library, adapter.profile);
	const profile = await profileStep(gpu, run, plan, {
		rounds: ROUNDS,
		compiling: (done, total) => report({ stage: 'compiling', done, total }),
		timing: (done) => report(done === 0 ? { stage: 'steps', done: 0, total: 0 } : { stage: 'kernels', done, total: ROUNDS }),
	});
	return { method: run.method.name, cost: stepCost(plan), times: stepTimes(plan, profile, peaks) };
}
