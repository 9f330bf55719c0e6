/** Trainings that the worker stores and another worker continues, as after a reload of the page. */
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src/checkpoint/safetensors';
import type { StoredTraining } from '../../../src/experiment/records/stored';
import type { Experiment } from '../../../src/experiment/types';
import { sha256Of } from '../../../src/session/worker/storage/snapshotFile';
import type { WeightFiles } from '../../../src/session/worker/storage/weightFiles';
import { experimentOf, isState, openLab } from './openLab';

class MemoryFiles implements WeightFiles {
	readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
	full = false;
	async write(training: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
		if (this.full) throw new DOMException('no room', 'QuotaExceededError');
		this.files.set(`${training}/${file}`, bytes.slice());
	}
	async read(training: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
		const bytes = this.files.get(`${training}/${file}`);
		if (!bytes) throw new DOMException('none', 'NotFoundError');
		return bytes.slice();
	}
}

type OpenLab = ReturnType<typeof openLab>;

const open = (files: WeightFiles) => openLab(undefined, undefined, files);

/** The page records the training that the lab has named last. */
function record(lab: OpenLab): Promise<void> {
	const { training } = lab.of('storing').at(-1) as Extract<(typeof lab.events)[number], { type: 'storing' }>;
	return lab.send({ type: 'store', training, runs: [] });
}

async function reach(lab: OpenLab, state: string, act: () => unknown): Promise<void> {
	const reached = lab.until(isState(state));
	await act();
	await reached;
}

/** What the page knows of the stored training, once each run with updates is stored at its present step. */
async function storedBy(lab: OpenLab, experiment: Experiment, steps: Record<string, number>): Promise<StoredTraining> {
	const weights = (run: string) =>
		lab
			.of('stored')
			.filter((event) => event.run === run)
			.at(-1)?.weights ?? null;
	await expect
		.poll(() => Object.fromEntries(Object.keys(steps).map((run) => [run, weights(run)?.step ?? 0])), { timeout: 10_000 })
		.toEqual(steps);
	const { training, names } = lab.of('storing').at(-1) as Extract<(typeof lab.events)[number], { type: 'storing' }>;
	const runs = (lab.of('runs').at(-1)?.runs ?? []).map(({ id, experiment, point, fork }) => ({
		id,
		experiment,
		point,
		fork,
		name: names[id],
		seconds: 1,
		weights: weights(id),
	}));
	return { id: training, experiment, fromCheckpoint: false, runs };
}

function lossesOf(lab: OpenLab): Record<string, number[]> {
	const losses: Record<string, number[]> = {};
	for (const { run, first, losses: some } of lab.of('steps')) {
		losses[run] ??= [];
		some.forEach((loss, i) => {
			losses[run][first + i] = loss;
		});
	}
	return losses;
}

describe('a stored training', () => {
	it.each([
		['as it is', {}],
		['in micro-batches, with recomputation', { batchSize: 4, microBatches: 2, recompute: true }],
	])('continues with the numbers of a training that was never interrupted, forks and λ included, %s', async (_, change) => {
		const methods = ['vanilla', 'resformer:constant(0.5;0.5)', 'resformer:learnable'];
		const experiment = experimentOf({ methods, optimizer: 'muon', ...change });
		const prepare = async (lab: OpenLab) => {
			await reach(lab, 'paused', () => lab.send({ type: 'start', experiment, paused: true }));
			await record(lab);
			for (let i = 0; i < 3; i++) await reach(lab, 'paused', () => lab.send({ type: 'step' }));
			for (const run of experiment.methods.slice(1))
				await lab.send({ type: 'setLambdas', run: `${run}#1`, lambdas: [{ layer: 1, index: 0, value: 0.75 }] });
			await reach(lab, 'paused', () => lab.send({ type: 'fork', run: `${experiment.methods[1]}#1`, change: { learningRate: 0.002 } }));
			await reach(lab, 'paused', () => lab.send({ type: 'step' }));
		};
		const whole = open(new MemoryFiles());
		await prepare(whole);
		await reach(whole, 'finished', () => whole.send({ type: 'resume' }));

		const files = new MemoryFiles();
		const before = open(files);
		await prepare(before);
		const ids =
			before
				.of('runs')
				.at(-1)
				?.runs.map(({ id }) => id) ?? [];
		expect(ids).toHaveLength(4);
		const stored = await storedBy(before, experiment, Object.fromEntries(ids.map((id) => [id, 4])));
		const after = open(files);
		// Opened to look at, it takes no step until it is resumed.
		await reach(after, 'paused', () => after.send({ type: 'continue', id: 1, stored, paused: true }));
		expect(lossesOf(after)).toEqual({});
		await reach(after, 'finished', () => after.send({ type: 'resume' }));

		expect(after.of('failed')).toEqual([]);
		const expected = lossesOf(whole);
		expect(Object.keys(expected)).toHaveLength(4);
		for (const [run, losses] of Object.entries(lossesOf(after))) {
			expect(losses.findIndex((loss) => loss !== undefined)).toBe(4);
			expect(losses.slice(4)).toEqual(expected[run].slice(4));
		}
		const outcome = (lab: OpenLab) =>
			lab
				.of('finished')
				.map(({ run, metrics }) => [run, metrics])
				.sort();
		expect(outcome(after)).toEqual(outcome(whole));
		const facts = (lab: OpenLab) =>
			lab
				.of('runs')
				.at(-1)
				?.runs.map(({ gpuBytes: _, ...info }) => info);
		expect(facts(after)).toEqual(facts(whole));
		await Promise.all([whole, before, after].map((lab) => lab.send({ type: 'reset' })));
	});

	it('is refused by name if a file is missing, cut or changed, and the present runs stay', async () => {
		const experiment = experimentOf({ methods: ['vanilla'] });
		const files = new MemoryFiles();
		const lab = open(files);
		await reach(lab, 'finished', () => lab.send({ type: 'start', experiment, paused: false }));
		expect(files.files.size, 'nothing is written before the page records it').toBe(0);
		await record(lab);
		const stored = await storedBy(lab, experiment, { 'vanilla#1': 8 });
		const file = `${stored.id}/${stored.runs[0].weights?.file}`;
		const bytes = files.files.get(file) as Uint8Array<ArrayBuffer>;
		const changed = bytes.slice();
		changed[bytes.length - 100] ^= 1;
		for (const [content, reason] of [
			[null, 'are missing'],
			[bytes.slice(0, -4), 'are incomplete'],
			[changed, 'are damaged'],
		] as const) {
			if (content) files.files.set(file, content);
			else files.files.delete(file);
			await lab.send({ type: 'continue', id: 1, stored });
			expect(lab.of('failed').at(-1)?.message).toBe(`the stored weights of vanilla#1 ${reason}`);
		}
		const wider = { ...stored.runs[0], experiment: { ...stored.runs[0].experiment, hiddenSize: 32 } };
		files.files.set(file, bytes);
		await lab.send({ type: 'continue', id: 1, stored: { ...stored, runs: [wider] } });
		expect(lab.of('failed').at(-1)?.message).toContain('the stored weights of vanilla#1 lack');
		expect(lab.of('started')).toHaveLength(1);
		// A finished training opens as it was.
		const opened = lab.until(isState('finished'));
		await lab.send({ type: 'continue', id: 2, stored });
		await opened;
		await lab.send({ type: 'generate', id: 3, run: 'vanilla#1', prompt: 'a', tokens: 3, temperature: 0, topK: 0, seed: 1 });
		expect(lab.of('failed')).toHaveLength(4);
		await lab.send({ type: 'reset' });
	});

	it('keeps the last good weights of a run that diverges, and refuses a fork without weights', async () => {
		const experiment = experimentOf({ methods: ['vanilla'] });
		const files = new MemoryFiles();
		const before = open(files);
		await reach(before, 'paused', () => before.send({ type: 'start', experiment, paused: true }));
		await record(before);
		await reach(before, 'paused', () => before.send({ type: 'step' }));
		const stored = await storedBy(before, experiment, { 'vanilla#1': 1 });
		const [run] = stored.runs;
		if (!run.weights) throw new Error('not stored');
		// Finite weights with which the next loss is not.
		const tensors = readSafetensors(files.files.get(`${stored.id}/${run.weights.file}`) as Uint8Array, 'weights');
		tensors.get('lm_head.weight')?.data.fill(3e38);
		const bytes = writeSafetensors(tensors);
		files.files.set(`${stored.id}/huge`, bytes);
		const weights = { ...run.weights, file: 'huge', bytes: bytes.length, sha256: await sha256Of(bytes) };
		const after = open(files);
		const finished = after.until(isState('finished'));
		const continued = after.send({ type: 'continue', id: 1, stored: { ...stored, runs: [{ ...run, weights }] } });
		await after.until((event) => event.type === 'storing');
		await record(after);
		await Promise.all([continued, finished]);
		expect(after.of('diverged')).toEqual([{ type: 'diverged', run: 'vanilla#1', step: 1 }]);
		await expect.poll(() => after.of('stored').at(-1)?.weights).toMatchObject({ state: 'diverged', step: 1, sha256: weights.sha256 });

		const fork = { ...run, fork: { from: 'vanilla#1', step: 1, change: {} }, weights: null };
		await after.send({ type: 'continue', id: 2, stored: { ...stored, runs: [fork] } });
		expect(after.of('failed').at(-1)?.message).toBe('the stored weights of vanilla#1 are missing');
		await Promise.all([before, after].map((lab) => lab.send({ type: 'reset' })));
	});

	it('posts that there is no room, and stores once there is', async () => {
		const experiment = experimentOf({ methods: ['vanilla', 'svformer'] });
		const files = new MemoryFiles();
		files.full = true;
		const lab = open(files);
		await reach(lab, 'finished', () => lab.send({ type: 'start', experiment, paused: false }));
		await record(lab);
		await expect.poll(() => lab.of('notStored').length).toBe(1);
		expect(lab.of('notStored')[0].reason).toBe('full');
		expect(lab.of('stored')).toEqual([]);
		files.full = false;
		await record(lab);
		await storedBy(lab, experiment, { 'vanilla#1': 8, 'svformer#1': 8 });
		expect(lab.of('error')).toEqual([]);
		await lab.send({ type: 'reset' });
	});
});
