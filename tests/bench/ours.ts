import { openDawn } from '../../src/cli/dawn';
import { type Peaks, predictedStep } from '../../src/compiler/costModel';
import { launchesOf } from '../../src/compiler/plan';
import { PROFILES, type ProfileName } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import { measurePeaks } from '../../src/gpu/peaks';
import { Trainer } from '../../src/training/trainer';
import type { Competitor } from './competitor';
import { configOf, plansOf, trainingOf, weightsOf } from './model';
import { type Shape, takeTurn } from './peers/lib/common.mjs';

export interface Ours extends Competitor {
	profile: string;
	/** Known after the first turn. */
	dispatches: number;
	pipelines: number;
	/** Arenas, activations, constants and uniforms, bytes. */
	gpuBytes: number;
	/** The measured peaks of the adapter. Measuring compiles further kernels, so it follows the cold step. */
	measurePeaks(): Promise<Peaks>;
	/** Milliseconds of a step that the model of cost expects at these peaks. */
	predictedMs(peaks: Peaks): number;
}

export const profileNames = PROFILES.map(({ name }) => name);

/** Our own trainer, on a separate device. */
export async function openOurs(shape: Shape, profile?: ProfileName): Promise<Ours> {
	const dawn = openDawn();
	const gpu = await GpuContext.open(dawn.gpu, profile);
	const faults: string[] = [];
	gpu.adapter.device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
	let trainer: Trainer | undefined;
	const ours: Ours = {
		lib: 'resformer-lab',
		adapter: gpu.adapter.name,
		profile: gpu.adapter.profile.name,
		coldMs: Number.NaN,
		dispatches: 0,
		pipelines: 0,
		gpuBytes: 0,
		measurePeaks: () => measurePeaks(gpu.library, gpu.adapter.profile),
		predictedMs: (peaks) => predictedStep(launchesOf(plansOf(shape, gpu.adapter).training), peaks) * 1e3,
		async take(from, turn) {
			const began = performance.now();
			const isFirst = !trainer;
			const step = async (inputs: Int32Array, targets: Int32Array) => {
				await gpu.ring.free();
				const batch = { inputs, targets, batchSize: shape.B, sequenceLength: shape.T };
				return (await (trainer as Trainer).advance(batch)).loss;
			};
			if (!trainer) {
				const plans = plansOf(shape, gpu.adapter);
				trainer = await Trainer.create(gpu, configOf(shape), trainingOf(shape), plans, weightsOf(shape));
				ours.dispatches = plans.training.statistics.dispatches;
				ours.pipelines = plans.training.statistics.pipelines;
				ours.gpuBytes = trainer.gpuBytes + gpu.pool.bytes;
			}
			const taken = await takeTurn(step, shape, from, turn);
			if (faults.length) throw new Error(`the GPU reports: ${faults[0]}`);
			if (isFirst) ours.coldMs = performance.now() - began;
			return taken;
		},
		async close() {
			trainer?.destroy();
			gpu.close();
			dawn.close();
		},
	};
	return ours;
}
