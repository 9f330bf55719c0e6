/** A task whose models read vectors: what works as with tokens, and what is refused with a reason. */
import { expect, it } from 'vitest';
import { NO_INTERVENTION } from '../../../src/experiment/interventions';
import type { NamedFile } from '../../../src/session/client/protocol';
import { experimentOf, isState, openLab } from './openLab';

it('trains, measures and shows maps with named positions, and refuses text and checkpoints', async () => {
	const { send, of, answersTo, until } = openLab();
	const experiment = experimentOf({ task: 'trigger-conditional', methods: ['vanilla'] });
	await send({ type: 'estimate', id: 1, experiment });
	const finished = until(isState('finished'));
	await send({ type: 'start', experiment, paused: false });
	await finished;
	expect(of('runs')[0].runs[0].parameters).toBe(answersTo('estimate')[0].methods[0].parameters);
	const metrics = of('metrics').at(-1)?.metrics ?? {};
	for (const key of ['validationLoss', 'triggerError', 'nonTriggerError']) expect(metrics[key], key).toBeGreaterThan(0);
	for (const key of ['sinkAttention', 'triggerAttention', 'drain']) expect(metrics[key], key).toHaveLength(2);
	expect(metrics).not.toHaveProperty('accuracy');
	const tokens = of('frame').at(-1)?.frame.tokens ?? [];
	expect(tokens).toHaveLength(16);
	expect(tokens[0]).toBe('BOS');
	expect(tokens.filter((name) => name === 'trigger')).toHaveLength(1);
	expect(tokens.slice(1).every((name) => name === 'trigger' || name === '·')).toBe(true);

	const intervention = { ...NO_INTERVENTION, maskedKeys: [{ layer: null, key: 0 }] };
	await send({ type: 'forwardPass', id: 2, run: 'vanilla#1', text: null, intervention });
	const [{ baseline, intervened }] = answersTo('forwardPass');
	expect(baseline.frame.tokens).toEqual(tokens);
	expect(baseline.loss).toBeGreaterThan(0);
	expect(intervened?.loss).not.toBe(baseline.loss);

	await send({ type: 'forwardPass', id: 3, run: 'vanilla#1', text: 'BOS trigger', intervention });
	await send({ type: 'generate', id: 4, run: 'vanilla#1', prompt: 'BOS', tokens: 1, temperature: 0, topK: 0, seed: 1 });
	await send({ type: 'checkpoint', id: 5, run: 'vanilla#1' });
	const vectors = 'models of this task read vectors instead of tokens, so';
	expect(of('failed').map(({ message }) => message)).toEqual([
		expect.stringContaining(`${vectors} they cannot read a text`),
		expect.stringContaining(`${vectors} they cannot write text`),
		expect.stringContaining(`${vectors} they have no checkpoints`),
	]);
	const file: NamedFile = { name: 'config.json', bytes: new TextEncoder().encode('{}') };
	await send({ type: 'start', experiment, paused: true, checkpoint: [file] });
	expect(of('error')).toEqual([{ type: 'error', message: `${vectors} they cannot start from a checkpoint` }]);
	await send({ type: 'reset' });
});
