import { expect } from 'vitest';
import { type ProfileName, profileNamed } from '../../src/compiler/profile';
import { createTask } from '../../src/data/tasks';
import type { StepReport } from '../../src/experiment/records/stepReport';
import type { Experiment } from '../../src/experiment/types';
import { newRuns } from '../../src/training/session';
import { trainerPlans } from '../../src/training/trainer';
import { stepShape } from '../../src/training/trainingGraphs';

/**
 * Expects that a measured step is one of the method's plan, and that its times are in the units of their names.
 *
 * @param mostApart by which factor the sum of the kernels' times may differ from the step's. They are measured one after the other, so a
 * busy machine may slow one of them tenfold. A wrong unit is off by 1,000.
 */
export function expectMeasuredStep({ method, cost, times }: StepReport, experiment: Experiment, mostApart = 100): void {
	const run = newRuns(experiment, createTask(experiment, '')).find((each) => each.method.name === method);
	if (!run) throw new Error(`the experiment has no ${method}`);
	const device = { profile: profileNamed(cost.kernels as ProfileName), maxBindingBytes: 2 ** 27 };
	const { statistics } = trainerPlans(run.config, stepShape(experiment), device).training;
	expect([cost.dispatches, cost.pipelines, cost.flops]).toEqual([statistics.dispatches, statistics.pipelines, statistics.flops]);
	expect(times.kernels.reduce((sum, { dispatches }) => sum + dispatches, 0)).toBe(cost.dispatches);
	expect(cost.bytes.parameters).toBe(cost.bytes.gradients);
	for (const value of [times.stepMs, times.hostMs, times.predictedMs, ...Object.values(times.peaks)]) expect(value).toBeGreaterThan(0);
	for (const { kernel, us } of times.kernels) expect(us, kernel).toBeGreaterThanOrEqual(0);
	expect(times.kernels.map(({ us }) => us)).toEqual(times.kernels.map(({ us }) => us).sort((a, b) => b - a));
	const sum = times.kernels.reduce((total, { us }) => total + us, 0) / 1e3;
	expect(sum / times.stepMs).toBeGreaterThan(1 / mostApart);
	expect(sum / times.stepMs).toBeLessThan(mostApart);
}
