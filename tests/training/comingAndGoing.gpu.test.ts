/** Runs that are added, removed and restored: the results of one may not depend on the others, nor on whether it was offloaded. */
import { describe, expect, it } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import type { Task } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { methodsOf } from '../../src/experiment/methods/names';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';
import { copyOf, forkOf } from '../../src/training/fork';
import { Run } from '../../src/training/run';
import { Session, type SessionListener } from '../../src/training/session';
import { devices, TINY } from './tiny';

const { opened, open } = devices();
/** The device that is open, with the kernels that it has compiled. */
const gpu = async () => {
	const last = opened.at(-1);
	return last && !last.isLost ? last : open();
};
const FIXED_RATE = { ...TINY, schedule: 'constant', steps: 12 };

const tasks = new Map<string, Task>();

async function runOf(fields: Record<string, unknown>, id?: string): Promise<Run> {
	const { experiment, problems } = readExperiment({ ...FIXED_RATE, ...fields });
	expect(problems).toEqual([]);
	return new Run({ experiment, method: methodsOf(experiment)[0], seed: experiment.seeds[0], task: await taskOf(experiment), id });
}

async function taskOf(experiment: Experiment): Promise<Task> {
	const key = JSON.stringify([experiment.task, experiment.sequenceLength, experiment.batchSize]);
	const task = tasks.get(key) ?? createTask(experiment, await loadMobyDick());
	tasks.set(key, task);
	return task;
}

/** A session, each run's losses by step, and the order of its steps. */
async function sessionOf(runs: Run[], listener: SessionListener = {}, budget?: () => number) {
	const losses = new Map<string, number[]>();
	const order: string[] = [];
	const keeping: SessionListener = {
		...listener,
		stepped(run, result) {
			order.push(run.id);
			const series = losses.get(run.id) ?? [];
			series[result.step] = result.loss;
			losses.set(run.id, series);
			listener.stepped?.(run, result);
		},
	};
	const session = new Session(runs, await gpu(), open, keeping, budget && { budget });
	await session.admitWaiting();
	return { session, losses, order };
}

/** Losses of a run trained alone and without a stop. */
async function alone(fields: Record<string, unknown>): Promise<number[]> {
	const { session, losses } = await sessionOf([await runOf(fields)]);
	await session.train();
	await session.close();
	return [...losses.values()][0];
}

const forked = async (session: Session, parent: Run, change: Partial<Experiment>): Promise<Run> => {
	const copy = await session.use(parent, (model) => copyOf(parent, model, session.gpu.adapter));
	const task = await taskOf({ ...parent.experiment, ...change });
	return forkOf(copy, change, { task, id: `${parent.id}~2` });
};

const stepTo = async (session: Session, step: number) => {
	for (let done = 0; done < step; done++) await session.step();
};

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

describe('a fork', () => {
	it('with more steps on a constant schedule continues as its parent does, to the bit', async () => {
		const parent = await runOf({ methods: ['resformer:learnable'] });
		const { session, losses } = await sessionOf([parent]);
		await stepTo(session, 5);
		const fork = await forked(session, parent, { steps: 14 });
		expect(fork.fork).toEqual({ from: parent.id, step: 5, change: { steps: 14 } });
		session.add([fork]);
		await session.train();
		const own = losses.get(fork.id) as number[];
		expect(Object.keys(own).map(Number)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13]);
		expect(own.slice(5, 12)).toEqual((losses.get(parent.id) as number[]).slice(5));
		await session.close();
	});

	it.each(['sgd', 'muon'])('with more steps keeps the momentum of %s, to the bit', async (optimizer) => {
		const parent = await runOf({ methods: ['gate:head'], optimizer });
		const { session, losses } = await sessionOf([parent]);
		await stepTo(session, 5);
		const fork = await forked(session, parent, { steps: 14 });
		session.add([fork]);
		await session.train();
		expect((losses.get(fork.id) as number[]).slice(5, 12)).toEqual((losses.get(parent.id) as number[]).slice(5));
		await session.close();
	});

	it.each([
		['adamw', 'sgd'],
		['sgd', 'muon'],
		['muon', 'adamw'],
	] as const)('from %s to %s keeps the weights, and every moment starts from 0', async (before, after) => {
		const parent = await runOf({ methods: ['vanilla'], optimizer: before });
		const { session, losses } = await sessionOf([parent]);
		await stepTo(session, 4);
		const fork = await forked(session, parent, { optimizer: after });
		const weights = await parent.model.arenas.read('parameters');
		await session.use(fork, async ({ arenas }) => {
			expect(await arenas.read('parameters')).toEqual(weights);
			for (const arena of ['firstMoments', 'secondMoments'] as const)
				if (arenas.has(arena)) expect((await arenas.snapshot(arena)).every((number) => number === 0)).toBe(true);
			expect(arenas.has('secondMoments')).toBe(after !== 'sgd');
		});
		session.add([fork]);
		await session.train();
		const [own, others] = [losses.get(fork.id), losses.get(parent.id)] as number[][];
		expect(own[4]).toBe(others[4]);
		expect(own[5]).not.toBe(others[5]);
		expect(fork.state).toBe('finished');
		await session.close();
	});

	it('with another seed sees other batches, and with another method keeps shared weights and initializes the rest', async () => {
		const parent = await runOf({ methods: ['vanilla'] });
		const { session, losses } = await sessionOf([parent]);
		await stepTo(session, 3);
		const reseeded = await forked(session, parent, { seeds: [7] });
		const learnable = await forked(session, parent, { methods: ['resformer:learnable'] });
		const before = await parent.model.arenas.read('parameters');
		const moments = await parent.model.arenas.read('firstMoments');
		const [weights, kept] = await session.use(learnable, async ({ arenas }) => [
			await arenas.read('parameters'),
			await arenas.read('firstMoments'),
		]);
		const added = Object.keys(weights).filter((name) => !(name in before));
		expect(added.length).toBeGreaterThan(0);
		for (const name of added)
			expect(
				kept[name].every((number) => number === 0),
				name,
			).toBe(true);
		for (const name of Object.keys(before)) expect([weights[name], kept[name]], name).toEqual([before[name], moments[name]]);
		for (const name of added) expect(weights[name], name).toEqual(Float32Array.from(learnable.firstWeights()[name]));
		session.add([reseeded]);
		await session.train();
		expect(reseeded.seed).toBe(7);
		expect((losses.get(reseeded.id) as number[])[3]).not.toBe((losses.get(parent.id) as number[])[3]);
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

describe('λ set by the user', () => {
	const edits = [{ layer: 1, index: 0, value: 0.9 }];

	it('apply from the next step on, and survive a lost device', async () => {
		const train = async (shake: boolean) => {
			const run = await runOf({ methods: ['resformer'] });
			let lost = !shake;
			const { session, losses } = await sessionOf([run], {
				stepped(_, { step }) {
					if (step < 8 || lost) return;
					lost = true;
					session.gpu.adapter.device.destroy();
				},
			});
			await stepTo(session, 4);
			await session.setLambdas(run, edits);
			await session.train();
			await session.close();
			return { run, losses: losses.get(run.id) as number[] };
		};
		const untouched = await alone({ methods: ['resformer'] });
		const { run, losses } = await train(false);
		expect(run.lambdaEdits).toEqual([{ step: 4, lambdas: [{ ...edits[0], label: 'λ₁' }] }]);
		expect(losses.slice(0, 4)).toEqual(untouched.slice(0, 4));
		expect(losses[4]).not.toBe(untouched[4]);
		expect((await train(true)).losses).toEqual(losses);
	});

	it('do not change while the run is measured', async () => {
		const run = await runOf({ methods: ['resformer'], validateEvery: 4 });
		const { session } = await sessionOf([run]);
		const measure = run.measure.bind(run);
		const seen: unknown[] = [];
		let moved: Promise<void> | null = null;
		run.measure = async () => {
			moved ??= session.setLambdas(run, edits);
			const metrics = await measure();
			seen.push(run.config.valueScheme.lambdas?.[1][0]);
			return metrics;
		};
		await session.train();
		await moved;
		expect(seen).toEqual([0.5, 0.9, 0.9]);
		expect(run.lambdaEdits).toEqual([{ step: 4, lambdas: [{ ...edits[0], label: 'λ₁' }] }]);
		await session.close();
	});

	it('are refused once the last measurements are being taken', async () => {
		const run = await runOf({ methods: ['resformer'] });
		const { session } = await sessionOf([run]);
		const measure = run.measure.bind(run);
		let refused: Promise<unknown> | null = null;
		run.measure = () => {
			refused = expect(session.setLambdas(run, edits)).rejects.toThrow('has no next step');
			return measure();
		};
		await session.train();
		await refused;
		expect(run.lambdaEdits).toEqual([]);
		await session.close();
	});

	it('change between two steps while training continues, and stay with its forks', async () => {
		const run = await runOf({ methods: ['resformer:learnable'], steps: 60 });
		let moved: Promise<void> | null = null;
		const { session, losses } = await sessionOf([run], {
			stepped(_, { step }) {
				if (step === 10) moved = session.setLambdas(run, edits);
			},
		});
		await session.train();
		await moved;
		const [{ step }] = run.lambdaEdits;
		expect(step).toBeGreaterThan(10);
		expect(step).toBeLessThan(60);
		expect(losses.get(run.id)).toHaveLength(60);
		expect(losses.get(run.id)?.every(Number.isFinite)).toBe(true);
		await session.close();
		const fixed = await runOf({ methods: ['resformer'] });
		const other = await sessionOf([fixed]);
		await other.session.setLambdas(fixed, edits);
		const fork = await forked(other.session, fixed, { steps: 20 });
		expect(fork.config.valueScheme).toEqual(fixed.config.valueScheme);
		expect(fork.config.valueScheme.lambdas?.[1][0]).toBe(0.9);
		expect(fork.lambdaEdits).toEqual(fixed.lambdaEdits);
		const another = await forked(other.session, fixed, { methods: ['resformer:constant'] });
		expect([another.config.valueScheme.lambdas?.[1], another.lambdaEdits]).toEqual([[2, 1], []]);
		await other.session.close();
	});
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
