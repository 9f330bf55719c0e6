/** The measurement of a step in the worker, while runs train: its numbers, and theirs. */
import { describe, expect, it } from 'vitest';
import type { StepReport } from '../../../src/experiment/records/stepReport';
import type { Event } from '../../../src/session/client/protocol';
import { expectMeasuredStep } from '../../support/stepReport';
import { changedGpu } from './changedGpu';
import { experimentOf, isState, openLab } from './openLab';

const STEPS = 40;
const EXPERIMENT = experimentOf({ task: 'copy', methods: ['vanilla', 'svformer'], steps: STEPS, validateEvery: 10, probeEvery: 0 });
const START = { type: 'start', experiment: EXPERIMENT, paused: false } as const;
const PROFILE = { type: 'profile', id: 1, experiment: EXPERIMENT, method: 'svformer' } as const;

type Opened = ReturnType<typeof openLab>;

const isStage =
	(stage: string) =>
	(event: Event): boolean =>
		event.type === 'progress' && event.request === 'profile' && event.progress.stage === stage;

/** Losses by run and step, and every other number that the training posted. */
function numbersOf({ of }: Opened) {
	const losses = new Map<string, [number, number][]>();
	for (const { run, first, losses: part } of of('steps'))
		losses.set(run, [...(losses.get(run) ?? []), ...Array.from(part, (loss, i): [number, number] => [first + i, loss])]);
	return { losses, metrics: of('metrics'), finished: of('finished') };
}

async function straight() {
	const lab = openLab();
	const finished = lab.until(isState('finished'));
	await lab.send(START);
	await finished;
	const numbers = numbersOf(lab);
	expect([...numbers.losses.values()].map(({ length }) => length)).toEqual([STEPS, STEPS]);
	await lab.send({ type: 'reset' });
	return numbers;
}

/** Trains, and calls `meanwhile` after the first steps. */
async function trainWith(lab: Opened, meanwhile: () => Promise<unknown>) {
	const [stepped, finished] = [lab.until(({ type }) => type === 'steps'), lab.until(isState('finished'))];
	await lab.send(START);
	await stepped;
	await meanwhile();
	await finished;
	return numbersOf(lab);
}

describe('the measurement of a step', () => {
	it('leaves every number of a training as it was, and no step is taken meanwhile', async () => {
		const wanted = await straight();
		const lab = openLab();
		const got = await trainWith(lab, () => lab.send(PROFILE));
		expect(got).toEqual(wanted);
		const opening = lab.events.findIndex(isStage('opening'));
		const answer = lab.events.findIndex(({ type }) => type === 'answer');
		expect(opening).toBeGreaterThan(0);
		// Steps that had arrived may be posted a moment later.
		const during = lab.events.slice(opening, answer).filter(({ type }) => type === 'steps' || type === 'metrics');
		expect(during.length).toBeLessThanOrEqual(2);
		const stages = lab.of('progress').flatMap((event) => (event.request === 'profile' ? [event.progress.stage] : []));
		expect([...new Set(stages)]).toEqual(['waiting', 'opening', 'peaks', 'compiling', 'steps', 'kernels']);
		const [report] = lab.answersTo('profile');
		expect(report?.method).toBe('svformer');
		expectMeasuredStep(report as StepReport, EXPERIMENT);
		await lab.send({ type: 'reset' });
	});

	it('ends when it is cancelled, and when other runs start; those train on', async () => {
		const wanted = await straight();
		const lab = openLab();
		const peaks = lab.until(isStage('peaks'));
		const got = await trainWith(lab, async () => {
			const answered = lab.send(PROFILE);
			await peaks;
			await lab.send({ type: 'stopProfile' });
			await answered;
			expect(lab.answersTo('profile')).toEqual([null]);
		});
		expect(got).toEqual(wanted);
		const again = lab.until(isStage('compiling'));
		const answered = lab.send({ ...PROFILE, id: 2 });
		await again;
		const finished = lab.until(isState('finished'));
		await lab.send(START);
		await answered;
		expect(lab.answersTo('profile')).toEqual([null, null]);
		await finished;
		expect([lab.of('error'), lab.of('failed')]).toEqual([[], []]);
		await lab.send({ type: 'reset' });
	});

	it('fails alone if its device is lost: the runs train on with the same numbers', async () => {
		const wanted = await straight();
		const opened: GPUDevice[] = [];
		const lab = openLab(() => changedGpu({ opened }));
		const steps = lab.until(isStage('steps'));
		const got = await trainWith(lab, async () => {
			const answered = lab.send(PROFILE);
			await steps;
			expect(opened).toHaveLength(2);
			opened[1].destroy();
			await answered;
			expect(lab.of('failed')).toEqual([{ type: 'failed', id: 1, message: expect.stringContaining('lost') }]);
		});
		expect(got).toEqual(wanted);
		expect([lab.of('deviceLost'), lab.of('error')]).toEqual([[], []]);
		await lab.send({ type: 'reset' });
	});

	it('times queues where there are no timestamps, also before anything trains', async () => {
		const lab = openLab(() => changedGpu({ without: ['timestamp-query'] }));
		await lab.send(PROFILE);
		const [report] = lab.answersTo('profile');
		expect(report?.times.method).toBe('queue');
		expectMeasuredStep(report as StepReport, EXPERIMENT);
	});

	it('refuses a step that does not fit the device, with the reason', async () => {
		const lab = openLab(() => changedGpu({ mostBindingBytes: 1024 }));
		await lab.send(PROFILE);
		expect(lab.of('failed')).toEqual([{ type: 'failed', id: 1, message: expect.stringMatching(/MiB|KiB|bytes/) }]);
		expect(lab.answersTo('profile')).toEqual([]);
	});
});
