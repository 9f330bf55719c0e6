import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import { LabClient } from '../../../src/session/client/client';
import { FakePort } from './fakePort';

let port: FakePort;
let client: LabClient;
const request = (...runs: string[]) => ({
	runs: runs.map((id) => ({ id, step: 40 })),
	prompt: 'Call',
	tokens: 3,
	temperature: 0.8,
	topK: 0,
	seed: 1,
});
const texts = () =>
	Object.fromEntries([...client.generation.getSnapshot().texts].map(([run, { text, state }]) => [run, `${text}|${state}`]));
const lastId = () => port.of('generate').at(-1)?.id as number;
const piece = async (text: string, done = false, id = lastId()) => {
	if (text !== '') port.say({ type: 'progress', id, request: 'generate', progress: text });
	if (done) port.say({ type: 'answer', id, request: 'generate', answer: null });
	await vi.advanceTimersByTimeAsync(0);
};
/** Until listeners are notified. */
const published = () => vi.advanceTimersByTimeAsync(100);

beforeEach(() => {
	vi.useFakeTimers();
	port = new FakePort();
	client = new LabClient(port);
});
afterEach(() => vi.useRealTimers());

it('generates with one run after the other, and shows the pieces so far', async () => {
	client.generation.write(request('a', 'b'));
	expect(port.of('generate').map(({ run, prompt }) => [run, prompt])).toEqual([['a', 'Call']]);
	await piece(' me');
	await piece('!');
	await published();
	expect(texts()).toEqual({ a: ' me!|writing' });
	await piece('', true);
	expect(port.of('generate').map(({ run }) => run)).toEqual(['a', 'b']);
	await piece('', true, 1);
	await piece('x', true);
	expect(texts()).toEqual({ a: ' me!|done', b: 'x|done' });
	expect(client.generation.getSnapshot().waiting).toEqual([]);
	expect(client.generation.getSnapshot().texts.get('a')).toMatchObject({ tokens: 2, wanted: 3, step: 40, prompt: 'Call' });
});

it('keeps the old texts when a prompt is refused, and reports the reason', async () => {
	client.generation.write(request('a'));
	await piece('old', true);
	client.generation.write(request('a', 'b'));
	port.say({ type: 'failed', id: lastId(), message: 'the prompt’s character µ is not known' });
	await vi.advanceTimersByTimeAsync(0);
	expect(client.generation.getSnapshot()).toMatchObject({ problem: 'the prompt’s character µ is not known', waiting: [] });
	expect(texts()).toEqual({ a: 'old|done' });
	expect(port.of('generate')).toHaveLength(2);
	client.generation.write(request('a'));
	expect(client.generation.getSnapshot().problem).toBeNull();
});

it('stops on demand: the text so far stays, late pieces are ignored', async () => {
	client.generation.write(request('a', 'b'));
	await piece('abc');
	client.generation.stop();
	expect(port.of('stopGenerating')).toHaveLength(1);
	await piece('late');
	await piece('', true);
	expect(texts()).toEqual({ a: 'abc|stopped' });
	expect(port.of('generate')).toHaveLength(1);
});

it('stops after an error, and forgets the texts of removed runs', async () => {
	client.generation.write(request('a'));
	await piece('abc');
	port.say({ type: 'failed', id: lastId(), message: 'the GPU is out of memory' });
	await vi.advanceTimersByTimeAsync(0);
	expect(client.generation.getSnapshot().waiting).toEqual([]);
	client.start(defaultExperiment());
	expect(texts()).toEqual({});
});

it('notifies at most ten times per second, however fast the pieces arrive', async () => {
	const heard = vi.fn();
	client.generation.subscribe(heard);
	client.generation.write(request('a'));
	heard.mockClear();
	for (let i = 0; i < 100; i++) {
		await piece('.');
		await vi.advanceTimersByTimeAsync(10);
	}
	expect(heard.mock.calls.length).toBeGreaterThan(5);
	expect(heard.mock.calls.length).toBeLessThanOrEqual(11);
});
