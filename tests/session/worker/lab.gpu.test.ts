import { describe, expect, it } from 'vitest';
import type { NamedFile } from '../../../src/session/client/protocol';
import { experimentOf, isState, openLab } from './openLab';

describe('the training worker', () => {
	it('estimates, trains, measures, posts maps, continues a text, exports a checkpoint and starts from it', async () => {
		const { send, of, answersTo, until } = openLab();
		const experiment = experimentOf({ methods: ['vanilla', 'svformer'] });
		await send({ type: 'estimate', id: 7, experiment });
		// The time follows, once the device's speed is measured.
		const [estimate] = answersTo('estimate');
		expect(of('progress')).toEqual([{ type: 'progress', id: 7, request: 'estimate', progress: { ...estimate, seconds: null } }]);
		expect(estimate.seconds).toBeGreaterThan(0);
		expect([estimate.problems, estimate.vocabularySize]).toEqual([[], 89]);
		expect(estimate.methods.map(({ method }) => method)).toEqual(['vanilla', 'svformer']);

		const finished = until(isState('finished'));
		await send({ type: 'start', experiment, paused: false });
		await finished;
		expect(of('runs')[0].runs.map((run) => [run.id, run.parameters])).toEqual(
			estimate.methods.map(({ method, parameters }) => [`${method}#1`, parameters]),
		);
		for (const run of ['vanilla#1', 'svformer#1']) {
			const steps = of('steps').filter((event) => event.run === run);
			expect(steps.flatMap(({ losses }) => Array.from(losses))).toHaveLength(8);
			expect(
				of('metrics')
					.filter((event) => event.run === run)
					.map(({ step }) => step),
			).toEqual([4, 8]);
			expect(
				of('frame')
					.filter(({ frame }) => frame.run === run)
					.map(({ frame }) => frame.step),
			).toEqual([0, 4, 8]);
		}

		const request = { type: 'generate', run: 'svformer#1', tokens: 20, temperature: 0.8, topK: 5 } as const;
		await send({ ...request, id: 1, prompt: 'Call me ', seed: 3 });
		await send({ ...request, id: 2, prompt: 'Call me ', seed: 3 });
		await send({ ...request, id: 3, prompt: 'Call µ', seed: 3 });
		const text = (wanted: number) =>
			of('progress')
				.filter((event) => event.id === wanted)
				.map((event) => event.progress)
				.join('');
		expect(text(1)).toHaveLength(20);
		expect(text(2)).toBe(text(1));
		expect(of('failed')).toEqual([{ type: 'failed', id: 3, message: expect.stringContaining('`µ` (U+00B5)') }]);

		await send({ type: 'checkpoint', id: 4, run: 'svformer#1' });
		const [{ files, step }] = answersTo('checkpoint');
		expect(step).toBe(8);
		const names = ['batches.safetensors', 'config.json', 'model.safetensors', 'optimizer.safetensors', 'vocabulary.json'];
		expect(files.map(({ name }) => name).sort()).toEqual(names);

		// From its weights, the first loss is that of the ninth step's model, far below a fresh one's.
		const again = until(isState('paused'));
		await send({ type: 'start', experiment, paused: true, checkpoint: files });
		await again;
		const stepped = until(isState('paused'));
		await send({ type: 'step' });
		await stepped;
		const first = (run: string) =>
			of('steps')
				.filter((event) => event.run === run && event.first === 0)
				.at(-1)?.losses[0] as number;
		expect(first('svformer#1')).toBeLessThan(first('vanilla#1') - 0.1);
		await send({ type: 'reset' });
		expect(of('error')).toEqual([]);
	});

	it('reports what is wrong with a checkpoint, and changes nothing', async () => {
		const { send, of } = openLab();
		const experiment = experimentOf({ methods: ['vanilla'] });
		const file: NamedFile = { name: 'config.json', bytes: new TextEncoder().encode('{') };
		await send({ type: 'start', experiment, paused: true, checkpoint: [file] });
		expect(of('error')).toEqual([{ type: 'error', message: 'config.json is not JSON' }]);
		// Refused before anything is touched.
		expect(of('state')).toEqual([]);
		await send({ type: 'generate', id: 1, run: 'vanilla#1', prompt: 'x', tokens: 1, temperature: 0, topK: 0, seed: 1 });
		expect(of('failed').at(-1)?.message).toBe('there are no runs: press Train first');
	});

	it('keeps the runs and their events when a later start is refused', async () => {
		const { send, of, until } = openLab();
		const experiment = experimentOf({ methods: ['vanilla'] });
		const paused = until(isState('paused'));
		await send({ type: 'start', experiment, paused: true });
		await paused;
		const file: NamedFile = { name: 'config.json', bytes: new TextEncoder().encode('{') };
		await send({ type: 'start', experiment: experimentOf({ methods: ['svformer'] }), paused: true, checkpoint: [file] });
		expect(of('error')).toEqual([{ type: 'error', message: 'config.json is not JSON' }]);
		expect(of('started')).toEqual([{ type: 'started', experiment, fromCheckpoint: false }]);
		expect(
			of('runs')
				.at(-1)
				?.runs.map(({ id }) => id),
		).toEqual(['vanilla#1']);
		const stepped = until(isState('paused'));
		await send({ type: 'step' });
		await stepped;
		expect(of('steps').map(({ first }) => first)).toEqual([0]);
		await send({ type: 'reset' });
	});

	it('posts why there is no WebGPU', async () => {
		const { send, of } = openLab(() => undefined);
		await send({ type: 'open' });
		expect(of('unavailable')[0].reason).toBe('This browser has no WebGPU.');
	});
});
