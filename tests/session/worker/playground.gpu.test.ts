/** Commands on runs while they train: add, fork, remove, restore, a forward pass, and other λ. */

import { describe, expect, it } from 'vitest';
import { type Intervention, NO_INTERVENTION } from '../../../src/experiment/interventions';
import type { RunInfo } from '../../../src/experiment/records/run';
import type { Reply } from '../../../src/session/client/protocol';
import { openTestGpu } from '../../support/webgpu';
import { experimentOf, isState, openLab } from './openLab';

type OpenLab = ReturnType<typeof openLab>;

const LONG = { steps: 1000, validateEvery: 0, probeEvery: 0, schedule: 'constant' };

/** The runs in the latest list for the page. */
const runsOf = ({ of }: OpenLab): RunInfo[] => of('runs').at(-1)?.runs ?? [];

const stateOf = ({ of }: OpenLab): string | undefined => of('state').at(-1)?.state;

/** Losses of a run by step, as the page has them after what was taken back. */
function lossesOf({ of }: OpenLab, run: string): number[] {
	const losses: number[] = [];
	for (const event of of('steps').filter((steps) => steps.run === run)) losses.splice(event.first, Infinity, ...event.losses);
	return losses;
}

/** Sends a command, and waits for the state that it leads to. */
async function arrive(lab: OpenLab, command: Parameters<OpenLab['send']>[0], state: string): Promise<void> {
	const there = lab.until(isState(state));
	await lab.send(command);
	await there;
}

const paused = async (fields: Record<string, unknown>, steps: number, lab = openLab()): Promise<OpenLab> => {
	await arrive(lab, { type: 'start', experiment: experimentOf({ ...LONG, ...fields }), paused: true }, 'paused');
	for (let step = 0; step < steps; step++) await arrive(lab, { type: 'step' }, 'paused');
	return lab;
};

/** Until a run has taken `step` steps. */
const stepped = ({ until }: OpenLab, run: string, step: number) =>
	until((event) => event.type === 'steps' && event.run === run && event.first + event.losses.length >= step);

describe('more runs', () => {
	it('join a training once each, and are labelled with what differs from others of their method', async () => {
		const lab = openLab();
		const { send, of } = lab;
		const experiment = experimentOf({ ...LONG, steps: 120, methods: ['vanilla'] });
		await send({ type: 'start', experiment, paused: false });
		await stepped(lab, 'vanilla#1', 3);
		const done = lab.until(isState('finished'));
		const more = { ...experiment, methods: ['vanilla', 'svformer'], seeds: [1, 2] };
		await send({ type: 'add', experiment: more });
		await send({ type: 'add', experiment: { ...experiment, learningRate: 0.002, probeEvery: 40 } });
		expect(stateOf(lab)).toBe('running');
		await done;
		expect(runsOf(lab).map(({ id, group, label }) => [id, group, label])).toEqual([
			['vanilla#1', 'vanilla', 'Vanilla'],
			['vanilla#2', 'vanilla', 'Vanilla'],
			['svformer#1', 'svformer', 'SVFormer'],
			['svformer#2', 'svformer', 'SVFormer'],
			['vanilla#1~2', 'vanilla~2', expect.stringMatching(/^Vanilla with learning rate 0.002, /)],
		]);
		for (const { id, gpuBytes } of runsOf(lab)) {
			expect(lossesOf(lab, id), id).toHaveLength(120);
			expect(gpuBytes, id).toBeGreaterThan(0);
		}
		const frames = (run: string) => of('frame').filter(({ frame }) => frame.run === run);
		expect(frames('vanilla#1~2').map(({ frame }) => frame.step)).toEqual([0, 40, 80, 120]);
		// Once training has started, the state stays `running`.
		expect(
			of('state')
				.map(({ state }) => state)
				.filter((state, i, all) => state !== all[i - 1]),
		).toEqual(['compiling', 'running', 'finished']);
		// Runs that are added after the end start at once.
		await arrive(lab, { type: 'add', experiment: { ...experiment, steps: 5, seeds: [9] } }, 'finished');
		expect(lossesOf(lab, 'vanilla#9')).toHaveLength(5);
		await send({ type: 'reset' });
		expect(of('error')).toEqual([]);
	});

	it('wait while a training is paused', async () => {
		const lab = await paused({ methods: ['vanilla'] }, 2);
		await arrive(lab, { type: 'add', experiment: experimentOf({ ...LONG, methods: ['resformer'] }) }, 'paused');
		const [, added] = runsOf(lab);
		expect([added.id, added.gpuBytes > 0]).toEqual(['resformer#1', true]);
		expect(lab.of('frame').map(({ frame }) => [frame.run, frame.step])).toEqual([
			['vanilla#1', 0],
			['resformer#1', 0],
		]);
		expect(lossesOf(lab, 'resformer#1')).toEqual([]);
		await arrive(lab, { type: 'step' }, 'paused');
		expect([lossesOf(lab, 'vanilla#1').length, lossesOf(lab, 'resformer#1').length]).toEqual([3, 1]);
		await lab.send({ type: 'reset' });
	});

	it('are queued if memory is small, and the page learns which are on the GPU', async () => {
		const lab = openLab(undefined, () => 1);
		await arrive(lab, { type: 'start', experiment: experimentOf({ methods: ['vanilla', 'svformer'] }), paused: true }, 'paused');
		expect(runsOf(lab).map(({ gpuBytes }) => gpuBytes > 0)).toEqual([true, false]);
		await arrive(lab, { type: 'resume' }, 'finished');
		expect(runsOf(lab).map(({ gpuBytes }) => gpuBytes > 0)).toEqual([false, true]);
		await lab.send({ type: 'checkpoint', id: 1, run: 'vanilla#1' });
		expect(lab.answersTo('checkpoint')[0].step).toBe(8);
		expect(runsOf(lab).map(({ gpuBytes }) => gpuBytes > 0)).toEqual([true, false]);
		await lab.send({ type: 'reset' });
		expect(lab.of('error')).toEqual([]);
	});
});

describe('a fork', () => {
	it('begins at its run’s step, with one thing changed; forks of other seeds with the same change are in its group', async () => {
		const lab = await paused({ methods: ['vanilla'], seeds: [1, 2] }, 3);
		for (const run of ['vanilla#1', 'vanilla#2']) await arrive(lab, { type: 'fork', run, change: { learningRate: 0.001 } }, 'paused');
		await arrive(lab, { type: 'fork', run: 'vanilla#1', change: { methods: ['svformer'] } }, 'paused');
		const [, , one, two, other] = runsOf(lab);
		expect([one.id, two.id, other.id]).toEqual(['vanilla#1~2', 'vanilla#2~2', 'svformer#1']);
		expect(one.group).toBe(two.group);
		expect(['vanilla', other.group]).not.toContain(one.group);
		expect([one.label, two.label]).toEqual(Array(2).fill('Vanilla with learning rate 0.001 from step 3'));
		expect(other.label).toBe('Vanilla with SVFormer from step 3');
		expect(one.fork).toEqual({ from: 'vanilla#1', step: 3, change: { learningRate: 0.001 } });
		expect(one.experiment).toMatchObject({ learningRate: 0.001, methods: ['vanilla'], seeds: [1] });
		expect(
			lab
				.of('frame')
				.filter(({ frame }) => frame.run === one.id)
				.map(({ frame }) => frame.step),
		).toEqual([3]);
		await arrive(lab, { type: 'step' }, 'paused');
		const steps = lab.of('steps').filter(({ run }) => run === one.id);
		expect(steps.map(({ first }) => first)).toEqual([3]);
		// The loss before the update is the parent's own: the change counts from there.
		expect(steps[0].losses[0]).toBe(lossesOf(lab, 'vanilla#1')[3]);
		expect(steps[0].learningRates[0]).toBeCloseTo(0.001, 8);
		await lab.send({ type: 'reset' });
		expect(lab.of('error')).toEqual([]);
	});

	it('of every seed, requested at once while they train, is one group', async () => {
		const lab = openLab();
		await lab.send({ type: 'start', experiment: experimentOf({ ...LONG, methods: ['vanilla'], seeds: [1, 2, 3] }), paused: false });
		await stepped(lab, 'vanilla#3', 5);
		await Promise.all([1, 2, 3].map((seed) => lab.send({ type: 'fork', run: `vanilla#${seed}`, change: { clip: 2 } })));
		const forks = runsOf(lab).slice(3);
		expect(forks.map(({ seed }) => seed)).toEqual([1, 2, 3]);
		expect(new Set(forks.map(({ group }) => group)).size).toBe(1);
		expect(lab.of('error')).toEqual([]);
		await lab.send({ type: 'reset' });
	});

	it('that is not possible is refused with the reason', async () => {
		const lab = await paused({ methods: ['vanilla'] }, 3);
		await lab.send({ type: 'fork', run: 'vanilla#1', change: { steps: 3 } });
		await lab.send({ type: 'fork', run: 'vanilla#1', change: { layers: 3 } });
		await lab.send({ type: 'fork', run: 'nobody#1', change: { steps: 3 } });
		expect(lab.of('error').map(({ message }) => message)).toEqual([
			'vanilla#1 can’t be forked: steps must be more than the 3 that the run has done',
			expect.stringContaining('layers can’t change while a model trains'),
			'there is no run nobody#1: press Train first',
		]);
		expect(runsOf(lab)).toHaveLength(1);
		await lab.send({ type: 'reset' });
	});
});

describe('runs that are removed', () => {
	it('can be removed while they train, end the training with the last, and are restored to the bit', async () => {
		const lab = openLab();
		const experiment = experimentOf({ ...LONG, steps: 60, methods: ['vanilla', 'resformer'] });
		await lab.send({ type: 'start', experiment, paused: false });
		await stepped(lab, 'resformer#1', 3);
		await lab.send({ type: 'remove', runs: ['vanilla#1'] });
		expect(runsOf(lab).map(({ id }) => id)).toEqual(['resformer#1']);
		await lab.send({ type: 'restore', runs: ['vanilla#1'] });
		expect(runsOf(lab).map(({ id }) => id)).toEqual(['vanilla#1', 'resformer#1']);
		expect(stateOf(lab)).toBe('running');
		await arrive(lab, { type: 'remove', runs: ['vanilla#1', 'resformer#1'] }, 'idle');
		expect(runsOf(lab)).toEqual([]);
		await arrive(lab, { type: 'restore', runs: ['vanilla#1', 'resformer#1'] }, 'finished');

		const straight = openLab();
		await arrive(straight, { type: 'start', experiment, paused: false }, 'finished');
		for (const id of ['vanilla#1', 'resformer#1']) expect(lossesOf(lab, id)).toEqual(lossesOf(straight, id));
		for (const one of [lab, straight]) await one.send({ type: 'reset' });
		expect(lab.of('error')).toEqual([]);
	});

	it('are kept until others are removed, and wait again if they waited before', async () => {
		const lab = await paused({ methods: ['vanilla', 'resformer', 'svformer'] }, 1);
		await lab.send({ type: 'remove', runs: ['vanilla#1'] });
		await lab.send({ type: 'remove', runs: ['resformer#1', 'svformer#1'] });
		expect(stateOf(lab)).toBe('idle');
		await arrive(lab, { type: 'restore', runs: ['vanilla#1', 'svformer#1'] }, 'paused');
		expect(runsOf(lab).map(({ id }) => id)).toEqual(['svformer#1']);
		await lab.send({ type: 'reset' });
	});
});

describe('a forward pass', () => {
	const look = async (lab: OpenLab, run: string, text: string | null, change: Partial<Intervention> = {}) => {
		const id = lab.events.length;
		await lab.send({ type: 'forwardPass', id, run, text, intervention: { ...NO_INTERVENTION, ...change } });
		const reply = lab.events.find((event) => (event.type === 'answer' || event.type === 'failed') && event.id === id);
		return reply as Reply<'forwardPass'>;
	};

	const looked = async (...args: Parameters<typeof look>) => {
		const answer = await look(...args);
		if (answer.type !== 'answer') throw new Error(answer.type === 'failed' ? answer.message : 'no answer');
		return answer.answer;
	};

	it('shows a run at its present step, and the effect of an intervention, while it trains', async () => {
		const lab = openLab();
		await lab.send({ type: 'start', experiment: experimentOf({ ...LONG, task: 'backcopy', methods: ['resformer'] }), paused: false });
		await stepped(lab, 'resformer#1', 3);
		const plain = await looked(lab, 'resformer#1', null);
		expect([plain.intervened, plain.run, plain.vocabulary.length]).toEqual([
			null,
			'resformer#1',
			runsOf(lab)[0] && plain.baseline.logits.length / 16,
		]);
		expect(plain.controls.map(({ layer, value }) => [layer, value])).toEqual([
			[1, 0.5],
			[1, 0.5],
		]);
		expect(plain.targets).toHaveLength(16);
		expect([...plain.targets].every((target) => target >= -1)).toBe(true);
		await stepped(lab, 'resformer#1', plain.step + 2);
		const masked = await looked(lab, 'resformer#1', null, { maskedKeys: [{ layer: null, key: 0 }] });
		expect(masked.step).toBeGreaterThan(plain.step);
		const column = (map: Float32Array) => Array.from({ length: 16 }, (_, i) => map[i * 16]);
		expect(column(masked.baseline.frame.probabilities).every((share) => share > 0)).toBe(true);
		expect(column(masked.intervened?.frame.probabilities as Float32Array)).toEqual(Array(16).fill(0));
		expect(masked.baseline.frame).toMatchObject({ run: 'resformer#1', step: masked.step, layers: 2, heads: 2, length: 16 });
		await arrive(lab, { type: 'pause' }, 'paused');
		const [first, again] = [await looked(lab, 'resformer#1', null), await looked(lab, 'resformer#1', null)];
		expect(again).toEqual(first);
		await lab.send({ type: 'reset' });
		expect(lab.of('error')).toEqual([]);
	});

	it('reads the user’s own text, and names a character that it can’t read', async () => {
		const lab = await paused({ methods: ['vanilla'] }, 0);
		const { baseline, targets } = await looked(lab, 'vanilla#1', 'Call me');
		const starts = baseline.frame.tokens[0] === '<s>' ? ['<s>'] : [];
		expect(baseline.frame.tokens).toEqual([...starts, 'C', 'a', 'l', 'l', '␣', 'm', 'e']);
		expect(targets.at(-1)).toBe(-1);
		expect(baseline.losses.at(-1)).toBeNaN();
		const message = async (text: string) => ((await look(lab, 'vanilla#1', text)) as { message: string }).message;
		expect(await message('Call µ')).toMatch(/^the text can’t be read: .*`µ` \(U\+00B5\)/);
		expect(await message('')).toMatch(/^the text is empty/);
		expect(await message('a'.repeat(40))).toMatch(/^the text has 40 characters: too long; this model reads at most 1[56]/);
		expect(((await look(lab, 'nobody#1', null)) as { message: string }).message).toBe('there is no run nobody#1: press Train first');
		await lab.send({ type: 'reset' });
	});

	it('opens a new device after one was lost, with the runs', async () => {
		const devices: GPUDevice[] = [];
		const lab = openLab(() => watched(devices));
		await arrive(lab, { type: 'start', experiment: experimentOf({ methods: ['vanilla'] }), paused: false }, 'finished');
		const before = await looked(lab, 'vanilla#1', null);
		devices[0].destroy();
		await devices[0].lost;
		expect(await looked(lab, 'vanilla#1', null)).toEqual(before);
		expect([devices.length, lab.of('deviceLost').length, lab.of('resumed').length]).toEqual([2, 1, 1]);
		await lab.send({ type: 'reset' });
	});
});

it('λ can change while a run trains: the page learns at which step, and training continues', async () => {
	const lab = openLab();
	await lab.send({ type: 'start', experiment: experimentOf({ ...LONG, methods: ['resformer', 'vanilla'] }), paused: false });
	await stepped(lab, 'resformer#1', 3);
	const lambdas = [{ layer: 1, index: 0, value: 0.25 }];
	const named = lambdas.map((edit) => ({ ...edit, label: 'λ₁' }));
	await lab.send({ type: 'setLambdas', run: 'resformer#1', lambdas });
	const [{ lambdaEdits }] = runsOf(lab);
	expect(lambdaEdits).toEqual([{ step: expect.any(Number), lambdas: named }]);
	await stepped(lab, 'resformer#1', lambdaEdits[0].step + 5);
	await lab.send({ type: 'setLambdas', run: 'vanilla#1', lambdas });
	expect(lab.of('error')).toHaveLength(1);
	expect(stateOf(lab)).toBe('running');
	await lab.send({ type: 'pause' });
	await lab.send({ type: 'checkpoint', id: 1, run: 'resformer#1' });
	const [{ files }] = lab.answersTo('checkpoint');
	const experiment = experimentOf({ ...LONG, methods: ['vanilla', 'resformer'] });
	await lab.send({ type: 'start', experiment, paused: true, checkpoint: files });
	expect(lab.of('error')).toHaveLength(1);
	expect(runsOf(lab).map((run) => run.lambdaEdits)).toEqual([[], [{ step: 0, lambdas: named }]]);
	await lab.send({ type: 'checkpoint', id: 2, run: 'resformer#1' });
	const weights = lab.answersTo('checkpoint').map((stored) => stored.files.find(({ name }) => name === 'model.safetensors')?.bytes);
	expect(weights[1]).toEqual(weights[0]);
	await lab.send({ type: 'reset' });
});

/** The tests' GPU, each of its devices noted. */
function watched(devices: GPUDevice[]): GPU {
	const { gpu } = openTestGpu();
	const note = async (options?: GPURequestAdapterOptions) => {
		const adapter = await gpu.requestAdapter(options);
		if (!adapter) return null;
		const request = adapter.requestDevice.bind(adapter);
		adapter.requestDevice = async (descriptor) => {
			const device = await request(descriptor);
			devices.push(device);
			return device;
		};
		return adapter;
	};
	return { requestAdapter: note } as GPU;
}
