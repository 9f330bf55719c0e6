/** A device and a model without a GPU, for tests of sessions. Test-only. */
import { profileFor } from '../../src/compiler/profile';
import { DeviceLostError, type GpuContext } from '../../src/gpu/gpuContext';
import type { LoadModel, RunTrainer } from '../../src/training/run';
import type { StepClock } from '../../src/training/stepClock';

const STEP_MS = 1;
const MOST_IN_FLIGHT = 3;

const adapter = {
	name: 'fake GPU',
	vendor: '',
	architecture: '',
	software: true,
	profile: profileFor({ software: true, subgroupSize: 0 }),
	maxBindingBytes: 2 ** 30,
	device: {},
};

/** A device that does nothing but take time, and can be lost. */
export class FakeGpu {
	isLost = false;
	readonly adapter = adapter;
	readonly pool = { destroy() {} };
	readonly library = {};
	readonly lost: Promise<never>;
	readonly ring = {
		free: async () => {
			while (this.inFlight >= MOST_IN_FLIGHT) await this.work();
		},
	};
	private inFlight = 0;
	private reject: (error: Error) => void = () => {};

	constructor() {
		this.lost = new Promise<never>((_, reject) => {
			this.reject = reject;
		});
		this.lost.catch(() => {});
	}

	get context(): GpuContext {
		return this as unknown as GpuContext;
	}

	close(): void {}
	check(): void {}

	giveUp(reason: Error): void {
		this.isLost = true;
		this.reject(reason);
	}

	lose(): void {
		this.isLost = true;
		this.reject(new DeviceLostError('shaken'));
	}

	/** Takes a moment; fails on a lost device. */
	async work(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, STEP_MS));
		if (this.isLost) throw new Error('the buffer can’t be mapped');
	}

	async step(): Promise<void> {
		this.inFlight++;
		try {
			await this.work();
		} finally {
			this.inFlight--;
		}
	}
}

/** The number that represents a model's weights after a step. */
const trained = (weights: number, step: number): number => Math.fround(Math.sin(weights + step + 1));

/**
 * Models that only count: their weights are one number, which every step changes.
 *
 * @param onStep called with each step that is submitted to a device in order
 */
export function fakeLoader(violation: (what: string) => void, onStep: () => void): LoadModel {
	const live = new Map<StepClock, FakeGpu>();
	return async (context, { plans, clock }) => {
		const gpu = context as unknown as FakeGpu;
		await gpu.work();
		if (live.get(clock)?.isLost === false) violation('a run was loaded twice');
		live.set(clock, gpu);
		const { floats } = plans.training.training.arena;
		let weights = 0;
		const trainer = {
			step: 0,
			gpuBytes: 1,
			probeSequences: 0,
			async advance(): Promise<Awaited<ReturnType<RunTrainer['advance']>>> {
				if (!gpu.isLost) onStep();
				const step = this.step++;
				const stop = clock.start();
				weights = trained(weights, step);
				const loss = 2 + weights;
				await gpu.step();
				return { step, loss, gradNorm: 1, learningRate: 1e-3, seconds: stop() };
			},
			async evaluate(batch: { targets: Int32Array }) {
				await gpu.work();
				return { loss: 2 + weights, losses: new Float32Array(batch.targets.length), correct: new Float32Array(batch.targets.length) };
			},
			async probe() {
				return null;
			},
			async parameters(names: readonly string[]) {
				return Object.fromEntries(names.map((name) => [name, new Float32Array(8)]));
			},
			async setLambdas() {
				await gpu.work();
			},
			async snapshot() {
				const { step } = trainer;
				const arena = () => new Float32Array(floats);
				const parameters = arena();
				parameters[0] = weights;
				await gpu.work();
				return { step, parameters, firstMoments: arena(), secondMoments: arena() };
			},
			restore({ step, parameters }: { step: number; parameters: Float32Array }) {
				trainer.step = step;
				weights = parameters[0];
			},
			destroy() {
				if (live.get(clock) === gpu) live.delete(clock);
			},
		};
		return { trainer: trainer as unknown as RunTrainer, probes: null };
	};
}
