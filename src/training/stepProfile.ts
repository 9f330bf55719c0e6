/** The training step of a run as a program by itself, to be timed. */
import type { Plan } from '../compiler/plan';
import { Arenas } from '../gpu/arenas';
import type { GpuContext } from '../gpu/gpuContext';
import type { Progress } from '../gpu/library';
import { Program } from '../gpu/program';
import { type DispatchTimes, median, queuedTime, timeDispatches } from '../gpu/timing';
import { FIRST_SCALE } from '../graph/ops/lossScale';
import { lambdaInputs } from '../model/transformer';
import { stepInputs } from './batchInputs';
import { type Run, trainingConfig } from './run';
import { hyperAt } from './schedule';
import { LOSS_SCALE } from './trainingGraphs';

export interface StepProfile extends DispatchTimes {
	/** Seconds of a whole step while steps are queued. */
	stepSeconds: number;
	/** Median milliseconds of the host's work per step: inputs, recording and submission. */
	hostMs: number;
}

interface ProfileOptions {
	/** Rounds of each measurement, of which the median counts. */
	rounds: number;
	compiling?: Progress;
	/** Called before whole steps are timed (0), and then after each round of `rounds` over the dispatches. */
	timing?(done: number): void;
}

/** Trains on one batch for a few steps, and times whole steps and each dispatch. @throws ShaderError, GpuFault */
export async function profileStep(
	gpu: GpuContext,
	run: Run,
	plan: Plan,
	{ rounds, compiling, timing = () => {} }: ProfileOptions,
): Promise<StepProfile> {
	const { library, pool, adapter } = gpu;
	const { device } = adapter;
	await library.prepare([plan], compiling);
	const arenas = await Arenas.create(device, plan.arena, plan.arenas);
	const program = await Program.create(library, plan, arenas, pool);
	try {
		arenas.write('parameters', run.firstWeights());
		if (program.has(LOSS_SCALE)) program.write(LOSS_SCALE, [FIRST_SCALE, 0]);
		const batch = run.task.trainingBatch(run.seed, 0);
		const inputs = stepInputs(batch, run.experiment.microBatches);
		const writeInputs = () => {
			for (const part of inputs) program.writeAll(part);
			program.write('hyper', hyperAt(trainingConfig(run.experiment), 0));
			for (const [name, numbers] of Object.entries(lambdaInputs(run.config))) if (program.has(name)) program.write(name, numbers);
		};
		writeInputs();
		timing(0);
		const stepSeconds = await queuedTime(device, program, rounds);
		const host: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const start = performance.now();
			writeInputs();
			device.queue.submit(program.record());
			host.push(performance.now() - start);
			await device.queue.onSubmittedWorkDone();
		}
		const times = await timeDispatches(device, program, rounds, timing);
		gpu.check();
		return { ...times, stepSeconds, hostMs: median(host) };
	} finally {
		program.destroy();
		arenas.destroy();
	}
}
