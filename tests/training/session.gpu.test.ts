import { describe, expect, it } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import { createTask } from '../../src/data/tasks';
import { readExperiment } from '../../src/experiment/validate';
import { newRuns, Session, type SessionListener } from '../../src/training/session';
import { devices, TINY } from './tiny';

const { open } = devices();

/** A session over a tiny experiment, and everything that it said. */
async function tiny(fields: Record<string, unknown>, listener: SessionListener = {}) {
	const { experiment, problems } = readExperiment({ ...TINY, ...fields });
	expect(problems).toEqual([]);
	const order: string[] = [];
	const losses = new Map<string, number[]>();
	const session = new Session(newRuns(experiment, createTask(experiment, await loadMobyDick())), await open(), open, {
		...listener,
		stepped(run, result) {
			order.push(run.id);
			const series = losses.get(run.id) ?? [];
			series[result.step] = result.loss;
			losses.set(run.id, series);
			listener.stepped?.(run, result);
		},
	});
	await session.admitWaiting();
	return { session, order, losses };
}

describe('a session', () => {
	it('trains its runs alternately', async () => {
		const { session, order } = await tiny({ steps: 6, methods: ['vanilla', 'svformer'], seeds: [1, 2] });
		await session.train();
		const ids = session.runs.map(({ id }) => id);
		expect(ids).toEqual(['vanilla#1', 'vanilla#2', 'svformer#1', 'svformer#2']);
		expect(order).toEqual(Array.from({ length: 6 }, () => ids).flat());
		expect(session.runs.map(({ state }) => state)).toEqual(Array(4).fill('finished'));
		await session.close();
	});

	it('pauses, steps and resumes without an effect on the results', async () => {
		const straight = await tiny({ steps: 12, methods: ['resformer'] });
		await straight.session.train();
		const halting = await tiny({ steps: 12, methods: ['resformer'] });
		const training = halting.session.train();
		await halting.session.pause();
		await training;
		const paused = halting.session.runs[0].completedSteps;
		expect(paused).toBeLessThan(12);
		await halting.session.step();
		expect(halting.session.runs[0].completedSteps).toBe(paused + 1);
		await halting.session.train();
		expect(halting.losses).toEqual(straight.losses);
		for (const { session } of [straight, halting]) await session.close();
	});

	it('stops a run whose loss is NaN, alone, and reports the step', async () => {
		const diverged: [string, number][] = [];
		const { session, losses } = await tiny(
			{ steps: 8, methods: ['vanilla', 'svformer'] },
			{ diverged: (run, step) => diverged.push([run.id, step]) },
		);
		const [vanilla, svformer] = session.runs;
		await session.step();
		await session.step();
		const weights = vanilla.model.arenas.named(await vanilla.model.arenas.snapshot('parameters'));
		weights['lm_head.weight'][0] = Number.NaN;
		vanilla.model.arenas.write('parameters', weights);
		await session.train();
		expect(diverged).toEqual([['vanilla#1', 2]]);
		expect(vanilla.state).toBe('diverged');
		expect(svformer.state).toBe('finished');
		expect(losses.get('svformer#1')?.every(Number.isFinite)).toBe(true);
		await session.close();
	});

	it.each(['adamw', 'sgd'])('continues from the last checkpoint on a new device, with the same numbers (%s)', async (optimizer) => {
		const straight = await tiny({ steps: 20, methods: ['vanilla', 'resformer:learnable'], optimizer });
		await straight.session.train();
		const said: string[] = [];
		const resumed: Record<string, number>[] = [];
		let lost = false;
		const shaken = await tiny(
			{ steps: 20, methods: ['vanilla', 'resformer:learnable'], optimizer },
			{
				stepped(run, { step }) {
					if (step === 5 && run.id === 'vanilla#1') run.save();
					if (step !== 12 || lost) return;
					lost = true;
					shaken.session.gpu.adapter.device.destroy();
				},
				deviceLost: (message) => said.push(String(message)),
				resumed: (steps) => resumed.push(steps),
			},
		);
		await shaken.session.train();
		expect(said).toHaveLength(1);
		expect(said[0]).toMatch(/the GPU was lost/);
		expect(resumed).toHaveLength(1);
		expect(resumed[0]['vanilla#1']).toBeGreaterThan(5);
		expect(resumed[0]['vanilla#1']).toBeLessThan(13);
		expect(resumed[0]['resformer:learnable#1']).toBe(0);
		expect(shaken.losses).toEqual(straight.losses);
		for (const { session } of [straight, shaken]) await session.close();
	});

	it.each(['adamw', 'muon'])('prints the same bits twice with %s', async (optimizer) => {
		const fields = { steps: 10, task: 'backcopy', optimizer };
		const runs = [await tiny(fields), await tiny(fields)];
		for (const { session } of runs) await session.train();
		expect(runs[0].losses).toEqual(runs[1].losses);
		for (const { session } of runs) await session.close();
	});
});
