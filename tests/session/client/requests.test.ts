import { beforeEach, describe, expect, it } from 'vitest';
import { RequestAbandoned, Requests } from '../../../src/session/client/connection/requests';
import type { Command } from '../../../src/session/client/protocol';

let sent: Extract<Command, { id: number }>[];
let requests: Requests;
const checkpoint = (run: string) => requests.send({ type: 'checkpoint', run });
const answer = (index: number, step: number) =>
	requests.receive({ type: 'answer', id: sent[index].id, request: 'checkpoint', answer: { step, files: [] } });

beforeEach(() => {
	sent = [];
	requests = new Requests((command) => sent.push(command as Extract<Command, { id: number }>));
});

describe('a request', () => {
	it('resolves with its own answer, in whatever order the answers arrive', async () => {
		const [first, second] = [checkpoint('a'), checkpoint('a')];
		answer(1, 2);
		answer(0, 1);
		expect((await first).step).toBe(1);
		expect((await second).step).toBe(2);
	});

	it('rejects with the worker’s message', async () => {
		const text = requests.send({ type: 'generate', run: 'a', prompt: 'µ', tokens: 1, temperature: 0, topK: 0, seed: 1 });
		requests.receive({ type: 'failed', id: sent[0].id, message: 'µ is not in the vocabulary' });
		await expect(text).rejects.toThrow('µ is not in the vocabulary');
	});

	it('reports parts before the answer, and none after it', async () => {
		const pieces: string[] = [];
		const text = requests.send({ type: 'generate', run: 'a', prompt: '', tokens: 2, temperature: 0, topK: 0, seed: 1 }, (piece) =>
			pieces.push(piece),
		);
		const piece = (progress: string) => requests.receive({ type: 'progress', id: sent[0].id, request: 'generate', progress });
		piece('a');
		piece('b');
		requests.receive({ type: 'answer', id: sent[0].id, request: 'generate', answer: null });
		piece('late');
		await text;
		expect(pieces).toEqual(['a', 'b']);
	});

	it('is abandoned with its run, while those of other runs are answered', async () => {
		const [removed, kept] = [checkpoint('a'), checkpoint('b')];
		requests.abandon('The run was removed.', (request) => 'run' in request && request.run === 'a');
		await expect(removed).rejects.toThrow(RequestAbandoned);
		answer(0, 1);
		answer(1, 2);
		expect((await kept).step).toBe(2);
	});

	it('is abandoned when the worker stops, as are later ones, which are not sent', async () => {
		const before = checkpoint('a');
		requests.close('The worker stopped.');
		await expect(before).rejects.toThrow('The worker stopped.');
		await expect(checkpoint('a')).rejects.toThrow(RequestAbandoned);
		expect(sent).toHaveLength(1);
	});
});
