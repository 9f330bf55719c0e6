/**
 * A player of protocol events in place of the training worker, for using the page without a GPU. Test-only: the
 * numbers are invented. Seeds choose the scenario: 404 no WebGPU, 666 the second run diverges, 13 the device is lost,
 * 77 compiling never ends.
 */

import { changeText, forkExperiment } from '../../src/experiment/fork';
import type { RunInfo } from '../../src/experiment/records/run';
import { taskDescriptor } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';
import type { Command, Event } from '../../src/session/client/protocol';
import { controlsOf, frameOf, infos, lookOf, lossAt, metricsOf } from './invented';
import { stepReportOf, TILES } from './inventedStep';

type FakeRun = RunInfo & { step: number; dead: boolean };

/** 1 is a pace that can be watched. */
const SPEED = Number(import.meta.env.VITE_FAKE_SPEED ?? 1);
/** Long experiments run faster. */
const stepsPerTick = (steps: number) => Math.max(4, Math.ceil(steps / 200));
let experiment: Experiment | null = null;
let runs: FakeRun[] = [];
let removed: FakeRun[] = [];
let timer: ReturnType<typeof setInterval> | undefined;
let writer: ReturnType<typeof setInterval> | undefined;
let lost = false;

const send = (event: Event) => postMessage(event);
/** Writes some of the book, a piece at a time. It rejects µ, which the book lacks. */
function generate({ id, run, prompt, tokens }: Extract<Command, { type: 'generate' }>): void {
	clearInterval(writer);
	if (prompt.includes('µ')) {
		send({ type: 'failed', id, message: "the prompt's character `µ` (U+00B5) is not in the model's vocabulary" });
		return;
	}
	const words =
		experiment && taskDescriptor(experiment.task).tokens === 'characters'
			? [...'and the whale was of that sort which swims in the deep sea, and the captain said no more of it. ']
			: ['7', '21', '4', '30', '12'].map((word) => ` ${word}`);
	let written = run.length % 7;
	const last = written + tokens;
	writer = setInterval(() => {
		if (written < last) send({ type: 'progress', id, request: 'generate', progress: words[written++ % words.length] });
		else {
			clearInterval(writer);
			send({ type: 'answer', id, request: 'generate', answer: null });
		}
	}, 5);
}

function advance(count: number): void {
	if (lost) return;
	for (const run of runs) {
		const { experiment } = run;
		if (run.dead || run.step === experiment.steps) continue;
		const first = run.step;
		const last = Math.min(experiment.steps, first + count);
		const losses = Float32Array.from({ length: last - first }, (_, i) => lossAt(run, first + i));
		if (losses.length === 0) continue;
		run.step = last;
		const column = (f: (i: number) => number) => Float32Array.from({ length: last - first }, (_, i) => f(first + i));
		send({
			type: 'steps',
			run: run.id,
			first,
			losses,
			gradNorms: column(() => 1),
			learningRates: column(() => 3e-3),
			seconds: column((i) => i / 60),
			tokensPerSecond: 61_000 + 500 * (first % 7),
		});
		for (let step = first + 1; step <= last; step++) {
			if (experiment.validateEvery && step % experiment.validateEvery === 0)
				send({ type: 'metrics', run: run.id, step, metrics: metricsOf(run, step) });
			if (experiment.probeEvery && step % experiment.probeEvery === 0) send({ type: 'frame', frame: frameOf(run, step) });
		}
		if (run.seed === 666 && run === runs[1] && last >= 120) {
			run.dead = true;
			send({ type: 'diverged', run: run.id, step: 120 });
		}
		if (last === experiment.steps) send({ type: 'finished', run: run.id, steps: last, metrics: metricsOf(run, last) });
	}
	if (runs[0]?.seed === 13 && runs[0].step === 160) {
		lost = true;
		send({ type: 'deviceLost', message: 'The driver reset the device.' });
		setTimeout(() => {
			lost = false;
			for (const run of runs) run.step = 100;
			send({ type: 'resumed', steps: Object.fromEntries(runs.map((run) => [run.id, 100])) });
		}, 2500);
	}
	if (runs.every((run) => run.dead || run.step === run.experiment.steps)) {
		clearInterval(timer);
		send({ type: 'state', state: 'finished' });
	}
}

function run(): void {
	clearInterval(timer);
	timer = setInterval(() => advance(stepsPerTick(experiment?.steps ?? 0)), 50 / SPEED);
	send({ type: 'state', state: 'running' });
}

const fresh = (of: Experiment): FakeRun[] => infos(of).map((info) => ({ ...info, step: 0, dead: false }));

/** Continues training if there are runs that have not ended. */
function changeRuns(next: FakeRun[]): void {
	runs = next;
	send({ type: 'runs', runs });
	run();
}

function start(of: Experiment, paused: boolean): void {
	clearInterval(timer);
	experiment = of;
	runs = fresh(of);
	removed = [];
	send({ type: 'state', state: 'compiling' });
	let done = 0;
	timer = setInterval(() => {
		send({ type: 'compiling', done, total: 38, kernel: ['matmul', 'attention_forward', 'rmsnorm_backward'][done % 3] });
		if (of.seeds.includes(77) && done === 12) return;
		if (++done < 38) return;
		clearInterval(timer);
		send({ type: 'runs', runs });
		for (const info of runs) if (of.probeEvery) send({ type: 'frame', frame: frameOf(info, 0) });
		if (paused) send({ type: 'state', state: 'paused' });
		else run();
	}, 15 / SPEED);
}

function check(id: number): void {
	const ops = ['matmul', 'rmsnorm', 'rope', 'attention', 'swiglu', 'crossEntropy', 'adamw', 'embedding', 'valueMix'];
	const checks = [...ops.map((op) => ({ op, storage: 'float32' as const })), { op: 'matmul', storage: 'float16' as const }];
	const rows = checks.map(({ op, storage }, i) => ({
		op,
		storage,
		cases: 12 + i,
		largestError: 1e-6 * (i + 1),
		tolerance: storage === 'float16' ? 2e-3 : 2e-5,
		passed: op !== 'rope',
		worstCase: '[3, 17, 31] × [31, 5], transposed',
	}));
	for (const [i, row] of rows.entries())
		setTimeout(
			() => {
				send({ type: 'progress', id, request: 'checkGpu', progress: { done: i + 1, total: rows.length, row } });
				if (i === rows.length - 1) send({ type: 'answer', id, request: 'checkGpu', answer: rows });
			},
			80 * (i + 1),
		);
}

/** Times a step. With seed 13 the device is lost. */
function profile({ id, experiment: of, method, tune }: Extract<Command, { type: 'profile' }>): void {
	const stages = ['waiting', 'opening', 'peaks', 'compiling', 'steps', 'kernels'] as const;
	for (const [i, stage] of stages.entries()) {
		const progress = { stage, done: i, total: stage === 'compiling' || stage === 'kernels' ? 5 : 0 };
		setTimeout(() => send({ type: 'progress', id, request: 'profile', progress }), 60 * i);
	}
	setTimeout(() => {
		if (of.seeds.includes(13)) send({ type: 'failed', id, message: 'the GPU was lost: the driver reset the device' });
		else send({ type: 'answer', id, request: 'profile', answer: { ...stepReportOf(method), ...(tune && { tiles: TILES }) } });
	}, 60 * stages.length);
}

addEventListener('message', ({ data }: MessageEvent<Command>) => {
	switch (data.type) {
		case 'open':
			return send({
				type: 'adapter',
				adapter: {
					name: 'NVIDIA GeForce RTX 4070',
					vendor: 'nvidia',
					architecture: 'ada-lovelace',
					software: false,
					kernels: 'tiles 64 × 64, subgroups of 32',
				},
			});
		case 'estimate': {
			if (data.experiment.seeds.includes(404))
				send({
					type: 'unavailable',
					reason: 'navigator.gpu is missing: this browser does not offer WebGPU.',
					advice: 'Use a current Chrome.',
				});
			const all = infos(data.experiment);
			return send({
				type: 'answer',
				id: data.id,
				request: 'estimate',
				answer: {
					methods: all
						.filter((info) => info.seed === data.experiment.seeds[0])
						.map((info) => ({ ...info, flopsPerToken: 6 * info.parameters })),
					gpuBytes: all.reduce((sum, info) => sum + info.gpuBytes, 0),
					seconds: 0.05 * data.experiment.steps * all.length,
					vocabularySize: 89,
					problems: [],
				},
			});
		}
		case 'start':
			send({ type: 'started', experiment: data.experiment, fromCheckpoint: data.checkpoint !== undefined });
			return start(data.experiment, data.paused);
		case 'pause':
			clearInterval(timer);
			return send({ type: 'state', state: 'paused' });
		case 'resume':
			return run();
		case 'step':
			advance(1);
			return send({ type: 'state', state: 'paused' });
		case 'reset':
			clearInterval(timer);
			runs = [];
			send({ type: 'runs', runs });
			return send({ type: 'state', state: 'idle' });
		case 'add': {
			const more = fresh(data.experiment).filter(({ id }) => runs.every((run) => run.id !== id));
			changeRuns([...runs, ...more]);
			for (const info of more) send({ type: 'frame', frame: frameOf(info, 0) });
			return;
		}
		case 'fork': {
			const parent = runs.find(({ id }) => id === data.run);
			if (!parent) return;
			const next = forkExperiment(parent.experiment, data.change);
			const [info] = infos(next);
			const { step } = parent;
			changeRuns([
				...runs,
				{
					...info,
					id: `${info.id}~${runs.length}`,
					group: `${parent.group}~${JSON.stringify(data.change)}@${step}`,
					label: `${parent.label} with ${changeText(data.change)} from step ${step}`,
					fork: { from: parent.id, step, change: data.change },
					step,
					dead: false,
				},
			]);
			return;
		}
		case 'remove':
			removed = runs.filter(({ id }) => data.runs.includes(id));
			return changeRuns(runs.filter(({ id }) => !data.runs.includes(id)));
		case 'restore':
			changeRuns([...runs, ...removed.filter(({ id }) => data.runs.includes(id))]);
			removed = [];
			return;
		case 'setLambdas':
			runs = runs.map((run) => {
				if (run.id !== data.run) return run;
				const lambdas = data.lambdas.map((edit) => ({
					...edit,
					label: controlsOf(run).find(({ layer, index }) => layer === edit.layer && index === edit.index)?.label ?? 'λ',
				}));
				const lambdaEdits = [...run.lambdaEdits, { step: run.step, lambdas }];
				return {
					...run,
					lambdaEdits,
					group: `${run.method}~λ${JSON.stringify(lambdaEdits)}`,
					label: `${run.label} with λ moved at step ${run.step}`,
				};
			});
			return send({ type: 'runs', runs });
		case 'forwardPass': {
			const found = runs.find(({ id }) => id === data.run);
			if (!found) return;
			if (data.text?.includes('µ'))
				return send({ type: 'failed', id: data.id, message: "the text's character `µ` (U+00B5) is not in the model's vocabulary" });
			return send({ type: 'answer', id: data.id, request: 'forwardPass', answer: lookOf(found, found.step, data.text, data.intervention) });
		}
		case 'generate':
			return generate(data);
		case 'stopGenerating':
			return clearInterval(writer);
		case 'checkpoint': {
			const files = ['config.json', 'model.safetensors', 'batches.safetensors', 'vocabulary.json'].map((name) => ({
				name,
				bytes: new TextEncoder().encode('{}'),
			}));
			return send({ type: 'answer', id: data.id, request: 'checkpoint', answer: { step: 1, files } });
		}
		case 'checkGpu':
			return check(data.id);
		case 'profile':
			return profile(data);
	}
});
