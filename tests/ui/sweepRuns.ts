import type { Metrics } from '../../src/experiment/records/metrics';
import type { SweepPoint } from '../../src/experiment/sweep';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { view } from './views';

/** A finished run of a sweep's point: 200 equal losses, and these metrics at its end. */
export function sweptRun(
	point: number,
	fields: SweepPoint,
	method: string,
	seed: number,
	metrics: Metrics,
	loss: number | ((step: number) => number) = 3,
): RunView {
	const losses = Array.from({ length: 200 }, (_, step) => (typeof loss === 'number' ? loss : loss(step)));
	const run = view(method, seed, losses, { 200: metrics });
	const { info } = run;
	const group = point === 0 ? method : `${method}@${point}`;
	const experiment = { ...info.experiment, steps: 200, warmupSteps: 20, ...fields, methods: [method], seeds: [seed] };
	return { ...run, info: { ...info, id: `${group}-${seed}`, group, point, experiment }, finished: true };
}

/** Runs at the points of one field, vanilla and SVFormer, three seeds. `lead`: SVFormer's difference at a value. */
export const lengthSweep = (lengths: readonly number[], lead: (length: number, seed: number) => number): RunView[] =>
	lengths.flatMap((sequenceLength, point) =>
		['vanilla', 'svformer'].flatMap((method) =>
			[1, 2, 3].map((seed) => {
				const vanilla = 2 + seed / 100 - sequenceLength / 1000;
				const validationLoss = method === 'vanilla' ? vanilla : vanilla + lead(sequenceLength, seed);
				return sweptRun(point, { sequenceLength, batchSize: 1024 / sequenceLength }, method, seed, {
					validationLoss,
					entropy: [3, 2 + seed],
				});
			}),
		),
	);
