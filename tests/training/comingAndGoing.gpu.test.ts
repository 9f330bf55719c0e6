/** Runs that are added, removed and restored: the results of one may not depend on the others, nor on whether it was offloaded. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/training/run';
import { alone, runOf, sessionOf } from './tinySessions';

describe('runs that join', () => {
	it('are trained next to the others, each by its own experiment, and catch up with them first', async () => {
		const late = await runOf({ methods: ['svformer'], steps: 5, sequenceLength: 24, task: 'backcopy' });
		const { session, losses, order } = await sessionOf([await runOf({ methods: ['vanilla'] })], {
			stepped(_, { step }) {
				if (step === 6 && !session.runs.includes(late)) session.add([late]);
			},
		});
		await session.train();
		expect(session.runs.map(({ id, state, completedSteps }) => [id, state, completedSteps])).toEqual([
			['vanilla#1', 'finished', 12],
			['svformer#1', 'finished', 5],
		]);
		const joined = order.indexOf('svformer#1');
		expect(order.slice(joined, joined + 5)).toEqual(Array(5).fill('svformer#1'));
		expect(losses.get('vanilla#1')).toEqual(await alone({ methods: ['vanilla'] }));
		expect(losses.get('svformer#1')).toEqual(await alone({ methods: ['svformer'], steps: 5, sequenceLength: 24, task: 'backcopy' }));
		await session.close();
	});

	it('wait until there is room in memory; a finished run makes room, and is loaded again on request', async () => {
		const ids = { offloaded: [] as string[], opened: [] as string[] };
		const runs = [await runOf({ methods: ['vanilla'], steps: 4 }), await runOf({ methods: ['svformer'], steps: 4 })];
		runs.push(await runOf({ methods: ['vanilla'], steps: 4, seeds: [2] }));
		const { session, order, losses } = await sessionOf(
			runs,
			{ offloaded: ({ id }) => ids.offloaded.push(id), opened: ({ id }) => void ids.opened.push(id) },
			() => 1,
		);
		expect(ids.opened).toEqual(['vanilla#1']);
		await session.train();
		expect(order).toEqual(['vanilla#1', 'svformer#1', 'vanilla#2'].flatMap((id) => Array(4).fill(id)));
		expect(ids.offloaded).toEqual(['vanilla#1', 'svformer#1']);
		expect(runs.map(({ isOpen, gpuBytes }) => [isOpen, gpuBytes > 0])).toEqual([
			[false, false],
			[false, false],
			[true, true],
		]);
		expect(losses.get('vanilla#2')).toEqual((await alone({ methods: ['vanilla'], seeds: [2], steps: 4 })).slice(0, 4));
		const weights = await session.use(runs[0], (model) => model.arenas.read('parameters'));
		const again = await sessionOf([await runOf({ methods: ['vanilla'], steps: 4 })]);
		await again.session.train();
		expect(weights).toEqual(await again.session.runs[0].model.arenas.read('parameters'));
		expect(runs.map(({ isOpen }) => isOpen)).toEqual([true, false, false]);
		for (const { session: one } of [{ session }, again]) await one.close();
	});

	it('are admitted with one seed of each method before the second seeds', async () => {
		const runs = [];
		for (const method of ['vanilla', 'svformer'])
			for (const seed of [1, 2]) runs.push(await runOf({ methods: [method], seeds: [seed], steps: 2, warmupSteps: 1 }));
		const { session, order } = await sessionOf(runs, {}, () => 1);
		await session.train();
		expect(order).toEqual(['vanilla#1', 'svformer#1', 'vanilla#2', 'svformer#2'].flatMap((id) => [id, id]));
		await session.close();
	});
});

describe('a run that is removed', () => {
	it('can be removed while its steps are in flight, and restored where it was, to the bit', async () => {
		const runs = [await runOf({ methods: ['vanilla'] }), await runOf({ methods: ['resformer'] })];
		let removal: Promise<void> | null = null;
		const { session, losses } = await sessionOf(runs, {
			stepped(run, { step }) {
				if (run === runs[0] && step === 4) removal = session.remove([runs[0]]);
			},
		});
		await session.train();
		await removal;
		expect(session.runs).toEqual([runs[1]]);
		expect([runs[0].isOpen, runs[0].state, runs[1].state]).toEqual([false, 'training', 'finished']);
		expect(losses.get('vanilla#1')).toHaveLength(runs[0].step);
		session.add([runs[0]], 0);
		await session.train();
		expect(session.runs.map(({ state }) => state)).toEqual(['finished', 'finished']);
		expect(losses.get('vanilla#1')).toEqual(await alone({ methods: ['vanilla'] }));
		await session.close();
	});

	it('stays until requests that use it are answered', async () => {
		const run = await runOf({ methods: ['vanilla'] });
		const { session } = await sessionOf([run]);
		const order: string[] = [];
		const look = session.use(run, async (model) => {
			await model.arenas.read('parameters');
			order.push('looked');
		});
		await Promise.all([look, session.remove([run]).then(() => order.push('gone'))]);
		expect(order).toEqual(['looked', 'gone']);
		expect(session.unfinished).toBe(false);
		await session.close();
	});
});

it('a run that is requested while the session closes holds no memory afterwards', async () => {
	const [first, second] = [await runOf({ methods: ['vanilla'] }), await runOf({ methods: ['svformer'] })];
	const { session } = await sessionOf([first, second], {}, () => 1);
	expect([first.isOpen, second.isOpen]).toEqual([true, false]);
	const early = session.use(second, (model) => model.arenas.read('parameters'));
	await Promise.all([early, session.close()]);
	expect([first.isOpen, second.isOpen]).toEqual([false, false]);
	await expect(session.use(second, async () => {})).rejects.toThrow('svformer#1 was removed');
	expect(second.isOpen).toBe(false);
});

/** Counts the steps of a run that are in flight, and returns the most at any time. */
function countFlying(run: Run): () => number {
	let [flying, most] = [0, 0];
	const advance = run.advance.bind(run);
	run.advance = async () => {
		most = Math.max(most, ++flying);
		try {
			return await advance();
		} finally {
			flying--;
		}
	};
	return () => most;
}

it('a request waits for one long step, not for a queue of them', async () => {
	const run = await runOf({ methods: ['vanilla'] });
	const { session } = await sessionOf([run]);
	run.clock.secondsPerStep = 1e6;
	const most = countFlying(run);
	await session.train();
	expect([run.state, most()]).toEqual(['finished', 1]);
	await session.close();
});

it('quick steps follow one another closely, also next to a run that waits and has taken none yet', async () => {
	const [quick, ahead] = [await runOf({ methods: ['vanilla'] }), await runOf({ methods: ['svformer'] })];
	const { session } = await sessionOf([quick, ahead]);
	ahead.model.step = 11;
	quick.clock.secondsPerStep = 1e-6;
	const most = countFlying(quick);
	await session.train();
	expect([quick.state, ahead.state]).toEqual(['finished', 'finished']);
	expect(most()).toBeGreaterThan(1);
	await session.close();
});

it('every run survives a lost device, whether it trains, is offloaded or waits', async () => {
	let lost = false;
	const runs = [
		await runOf({ methods: ['vanilla'], steps: 3 }),
		await runOf({ methods: ['svformer'], steps: 8 }),
		await runOf({ methods: ['resformer'], steps: 3 }),
	];
	const { session, losses } = await sessionOf(
		runs,
		{
			stepped(run, { step }) {
				if (lost || run !== runs[1] || step < 4) return;
				lost = true;
				session.gpu.adapter.device.destroy();
			},
		},
		() => 1,
	);
	await session.train();
	expect(lost).toBe(true);
	expect(runs.map(({ state }) => state)).toEqual(Array(3).fill('finished'));
	expect(losses.get('svformer#1')).toEqual(await alone({ methods: ['svformer'], steps: 8 }));
	// After the end as well: a request opens a new device.
	session.gpu.adapter.device.destroy();
	await session.gpu.lost.catch(() => {});
	const weights = await session.use(runs[0], (model) => model.arenas.read('parameters'));
	expect(Object.values(weights).every((numbers) => numbers.every(Number.isFinite))).toBe(true);
	await session.close();
});
