/** Runs that are forked, and runs whose λ the user sets while they train. */
import { describe, expect, it } from 'vitest';
import { alone, forked, runOf, sessionOf, stepTo } from './tinySessions';

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
