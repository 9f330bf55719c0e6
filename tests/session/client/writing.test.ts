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
const texts = () => Object.fromEntries([...client.writing.getSnapshot().texts].map(([run, { text, state }]) => [run, `${text}|${state}`]));
const lastId = () => port.of('generate').at(-1)?.id as number;
const piece = (text: string, done = false, id = lastId()) => port.say({ type: 'generated', id, text, done });

beforeEach(() => {
	vi.useFakeTimers();
	port = new FakePort();
	client = new LabClient(port);
});
afterEach(() => vi.useRealTimers());

it('lets one run write after the other, and shows what has come', () => {
	client.writing.write(request('a', 'b'));
	expect(port.of('generate').map(({ run, prompt }) => [run, prompt])).toEqual([['a', 'Call']]);
	piece(' me');
	piece('!');
	expect(texts()).toEqual({ a: ' me!|writing' });
	piece('', true);
	expect(port.of('generate').map(({ run }) => run)).toEqual(['a', 'b']);
	piece('', true, 1);
	piece('x', true);
	expect(texts()).toEqual({ a: ' me!|done', b: 'x|done' });
	expect(client.writing.getSnapshot().waiting).toEqual([]);
	expect(client.writing.getSnapshot().texts.get('a')).toMatchObject({ tokens: 2, wanted: 3, step: 40, prompt: 'Call' });
});

it('keeps the old texts when a prompt is refused, and says why', () => {
	client.writing.write(request('a'));
	piece('old', true);
	client.writing.write(request('a', 'b'));
	port.say({ type: 'generationFailed', id: lastId(), message: 'the prompt’s character µ is not known' });
	expect(client.writing.getSnapshot()).toMatchObject({ problem: 'the prompt’s character µ is not known', waiting: [] });
	expect(texts()).toEqual({ a: 'old|done' });
	expect(port.of('generate')).toHaveLength(2);
	client.writing.write(request('a'));
	expect(client.writing.getSnapshot().problem).toBeNull();
});

it('stops on demand: what is there stays, what comes late is left out', () => {
	client.writing.write(request('a', 'b'));
	piece('abc');
	client.writing.stop();
	expect(port.of('stopGenerating')).toHaveLength(1);
	piece('late');
	piece('', true);
	expect(texts()).toEqual({ a: 'abc|stopped' });
	expect(port.of('generate')).toHaveLength(1);
});

it('waits for nothing after an error, and forgets the texts of runs that are gone', () => {
	client.writing.write(request('a'));
	piece('abc');
	port.say({ type: 'error', message: 'the GPU is out of memory' });
	expect(client.writing.getSnapshot().waiting).toEqual([]);
	client.start(defaultExperiment());
	expect(texts()).toEqual({});
});

it('tells the page ten times a second, however fast the pieces come', () => {
	const heard = vi.fn();
	client.writing.subscribe(heard);
	client.writing.write(request('a'));
	heard.mockClear();
	for (let i = 0; i < 100; i++) {
		piece('.');
		vi.advanceTimersByTime(10);
	}
	expect(heard.mock.calls.length).toBeGreaterThan(5);
	expect(heard.mock.calls.length).toBeLessThanOrEqual(11);
});
