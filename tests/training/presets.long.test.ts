import { afterAll, describe, expect, it } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import { createTask } from '../../src/data/tasks';
import { findPreset } from '../../src/experiment/presets';
import type { Metrics } from '../../src/experiment/records/metrics';
import type { Experiment } from '../../src/experiment/types';
import { GpuContext } from '../../src/gpu/gpuContext';
import { newRuns, Session } from '../../src/training/session';
import { openTestGpu } from '../support/webgpu';

const opened: GpuContext[] = [];
const open = async () => {
	const gpu = await GpuContext.open(openTestGpu().gpu);
	opened.push(gpu);
	return gpu;
};
afterAll(() => {
	for (const gpu of opened) gpu.close();
});

/** Trains a preset to its end: every run's last metrics, by method. */
async function trained(name: string): Promise<Map<string, Metrics[]>> {
	const { experiment } = findPreset(name) as { experiment: Experiment };
	const found = new Map<string, Metrics[]>();
	const session = new Session(newRuns(experiment, createTask(experiment, await loadMobyDick())), await open(), open, {
		finished: ({ method }, metrics) => found.set(method.name, [...(found.get(method.name) ?? []), metrics]),
	});
	await session.admitWaiting();
	await session.train();
	await session.close();
	return found;
}

const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

describe('the published presets do what the page says', () => {
	it('default: three models at once reach 2.1 nats per character on Moby-Dick within 15 minutes', async () => {
		const start = performance.now();
		const found = await trained('default');
		expect([...found.keys()]).toEqual(['vanilla', 'resformer', 'svformer']);
		for (const [method, [metrics]] of found) expect(metrics.validationLoss, method).toBeLessThan(2.1);
		expect(performance.now() - start).toBeLessThan(15 * 60_000);
	});

	it('backcopy: every model copies, follows the bigrams, and vanilla grows a sink in layer 1', async () => {
		const found = await trained('backcopy');
		for (const [method, runs] of found) {
			expect(runs, method).toHaveLength(3);
			for (const { triggerLoss, nonTriggerLoss, nonTriggerOptimum } of runs as Record<string, number>[]) {
				expect(triggerLoss, method).toBeLessThan(0.05);
				expect(nonTriggerLoss - nonTriggerOptimum, method).toBeLessThan(0.1);
			}
		}
		const sink = (found.get('vanilla') ?? []).map(({ sinkAttention }) => (sinkAttention as number[])[0]);
		expect(mean(sink)).toBeGreaterThan(0.25);
	});

	it('provable-sink: every method answers, and gives BOS more than 0.98 of the attention of non-triggers', async () => {
		const found = await trained('provable-sink');
		expect([...found.keys()]).toEqual(['vanilla', 'gate:head', 'sink:learned']);
		for (const [method, runs] of found) {
			expect(runs, method).toHaveLength(3);
			for (const { triggerError, nonTriggerError, sinkAttention, triggerAttention } of runs) {
				expect(triggerError, method).toBeLessThan(3e-4);
				expect(nonTriggerError, method).toBeLessThan(1e-5);
				expect((sinkAttention as number[])[0], method).toBeGreaterThan(0.98);
				expect((triggerAttention as number[])[0], method).toBeLessThan(0.05);
			}
		}
	});
});
