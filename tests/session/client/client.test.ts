import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import { LabClient } from '../../../src/session/client/client';
import type { Estimate } from '../../../src/session/client/protocol';
import { NOTIFY_INTERVAL } from '../../../src/session/client/store/pacing';
import { FakePort, runInfo, stepsEvent } from './fakePort';

let port: FakePort;
let client: LabClient;
const now = () => client.store.getSnapshot();
const settle = () => vi.advanceTimersByTime(NOTIFY_INTERVAL);
const estimate = (gpuBytes: number): Estimate => ({ methods: [], gpuBytes, seconds: null, vocabularySize: 89, problems: [] });

beforeEach(() => {
	vi.useFakeTimers();
	port = new FakePort();
	client = new LabClient(port);
});
afterEach(() => {
	client.close();
	vi.useRealTimers();
});

/** Two runs in training, ten steps in. */
function train(): void {
	client.start(defaultExperiment());
	port.say({ type: 'runs', runs: [runInfo('vanilla'), runInfo('svformer')] });
	port.say({ type: 'state', state: 'running' });
	port.say(stepsEvent('vanilla-1', 0, [4, 3.5, 3, 2.8]));
	port.say(stepsEvent('svformer-1', 0, [4, 3.6]));
	settle();
}

describe('what the client sends', () => {
	it('opens at once, and starts the given experiment', () => {
		client.start(defaultExperiment(), true);
		expect(port.sent[0]).toEqual({ type: 'open' });
		expect(port.of('start')).toEqual([{ type: 'start', experiment: defaultExperiment(), paused: true }]);
	});

	it('steps as soon as an experiment that was started for one step is ready', () => {
		client.startWithStep(defaultExperiment());
		port.say({ type: 'state', state: 'compiling' });
		expect(port.of('step')).toHaveLength(0);
		port.say({ type: 'state', state: 'paused' });
		port.say({ type: 'state', state: 'paused' });
		expect(port.of('step')).toHaveLength(1);
	});

	it('shows a start as pending while the runs before it report their state, until the worker accepts or refuses it', () => {
		train();
		port.refusesStarts = true;
		client.start({ ...defaultExperiment(), steps: 7 });
		port.say({ type: 'state', state: 'finished' });
		settle();
		expect(now()).toMatchObject({ state: 'finished', pending: 'start' });
		port.say({ type: 'error', message: 'no' });
		settle();
		expect(now().pending).toBeNull();
		port.refusesStarts = false;
		client.start({ ...defaultExperiment(), steps: 7 });
		port.say({ type: 'state', state: 'compiling' });
		settle();
		expect(now().pending).toBeNull();
	});

	it('shows only the answer to the latest estimate that was asked for', async () => {
		client.estimate(defaultExperiment());
		client.estimate(defaultExperiment());
		const [first, second] = port.of('estimate').map((command) => command.id);
		port.say({ type: 'answer', id: second, request: 'estimate', answer: estimate(2) });
		port.say({ type: 'answer', id: first, request: 'estimate', answer: estimate(1) });
		await vi.advanceTimersByTimeAsync(0);
		settle();
		expect(now().estimate?.gpuBytes).toBe(2);
	});
});

describe('the snapshots', () => {
	it('are published at most ten times per second, however many events there are', () => {
		train();
		let notified = 0;
		client.store.subscribe(() => notified++);
		for (let i = 0; i < 1000; i++) {
			port.say(stepsEvent('vanilla-1', 4 + i, [2]));
			vi.advanceTimersByTime(1);
		}
		expect(notified).toBeGreaterThanOrEqual(9);
		expect(notified).toBeLessThanOrEqual(11);
		settle();
		expect(now().runs[0].step).toBe(1004);
	});

	it('never change once published, and keep the object of a run that did not change', () => {
		train();
		const before = now();
		port.say(stepsEvent('vanilla-1', 4, [2.5]));
		settle();
		expect(before.runs[0].step).toBe(4);
		expect(before.runs[0].series.length).toBe(4);
		expect(now().runs[0].step).toBe(5);
		expect(now().runs[1]).toBe(before.runs[1]);
	});

	it('show what the user asked for before the worker answers', () => {
		train();
		client.pause();
		expect(now().pending).toBe('pause');
		port.say({ type: 'state', state: 'paused' });
		settle();
		expect(now()).toMatchObject({ pending: null, state: 'paused' });
	});

	it('gather metrics by step, with the latest value of each', () => {
		train();
		port.say({ type: 'metrics', run: 'vanilla-1', step: 2, metrics: { validationLoss: 3.2 } });
		port.say({ type: 'metrics', run: 'vanilla-1', step: 4, metrics: { sinkAttention: [0.3, 0.1] } });
		port.say({ type: 'finished', run: 'vanilla-1', steps: 4, metrics: { validationLoss: 2.9 } });
		settle();
		const [run] = now().runs;
		expect(run.metrics).toEqual({ validationLoss: 2.9, sinkAttention: [0.3, 0.1] });
		expect(run.history.map((point) => point.step)).toEqual([2, 4]);
		expect(run.finished).toBe(true);
	});

	it('have a history that does not change when more is measured', () => {
		train();
		port.say({ type: 'metrics', run: 'vanilla-1', step: 2, metrics: { validationLoss: 3 } });
		settle();
		const before = now().runs[0].history;
		port.say({ type: 'metrics', run: 'vanilla-1', step: 2, metrics: { accuracy: 1 } });
		port.say({ type: 'metrics', run: 'vanilla-1', step: 4, metrics: { validationLoss: 2 } });
		settle();
		expect(before).toEqual([{ step: 2, metrics: { validationLoss: 3 } }]);
		expect(now().runs[0].history).toEqual([
			{ step: 2, metrics: { validationLoss: 3, accuracy: 1 } },
			{ step: 4, metrics: { validationLoss: 2 } },
		]);
		const { history } = now().runs[0];
		port.say(stepsEvent('vanilla-1', 4, [2]));
		settle();
		expect(now().runs[0].history).toBe(history);
	});

	it('drop events of runs that a new start replaced', () => {
		train();
		client.start(defaultExperiment());
		port.say(stepsEvent('vanilla-1', 4, [2]));
		settle();
		expect(now().runs).toEqual([]);
	});

	it('keep every run and its curve, name and removed neighbour if a start is refused', () => {
		train();
		client.store.rename('vanilla-1', 'Mine');
		client.remove(['svformer-1']);
		port.refusesStarts = true;
		client.start({ ...defaultExperiment(), steps: 7 });
		port.say(stepsEvent('vanilla-1', 4, [2.5]));
		port.say({ type: 'error', message: 'the checkpoint does not fit' });
		settle();
		expect(now()).toMatchObject({ pending: null, state: 'running', experiment: { steps: defaultExperiment().steps } });
		expect(now().runs.map(({ name, step }) => [name, step])).toEqual([['Mine', 5]]);
		expect(now().removed.map(({ id }) => id)).toEqual(['svformer-1']);
		expect(now().notices.map(({ text }) => text)).toEqual(['the checkpoint does not fit']);
	});
});

describe('when something goes wrong', () => {
	it('stops the run that diverged at its step; the others continue', () => {
		train();
		port.say({ type: 'diverged', run: 'svformer-1', step: 2 });
		port.say(stepsEvent('vanilla-1', 4, [2.5]));
		settle();
		expect(now().runs.map((run) => run.divergedAt)).toEqual([null, 2]);
		expect(now().runs[0].step).toBe(5);
	});

	it('goes back to the checkpoint after a lost device, and reports it', () => {
		train();
		port.say({ type: 'deviceLost', message: 'reset' });
		settle();
		expect(now().deviceLost).toBe('reset');
		port.say({ type: 'resumed', steps: { 'vanilla-1': 2, 'svformer-1': 2 } });
		settle();
		expect(now().deviceLost).toBeNull();
		expect([...now().runs[0].series.losses]).toEqual([4, 3.5]);
		expect(now().notices[0].text).toContain('step 2');
	});

	it('reports that the worker itself has stopped', () => {
		port.onerror?.({ message: 'script error' });
		settle();
		expect(now().workerStopped).toContain('script error');
		expect(now().state).toBe('idle');
	});
});

it('measures steps per second and the steps left', () => {
	train();
	for (let step = 4; step < 44; step++) {
		port.say(stepsEvent('vanilla-1', step, [2]));
		vi.advanceTimersByTime(100);
	}
	expect(now().stepsPerSecond).toBeCloseTo(10, 0);
	expect(now().stepsLeft).toBe(400 - 44 + (400 - 2));
});
