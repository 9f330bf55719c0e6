/**
 * A player of protocol events in place of the training worker, for looking at the page without a GPU. Test-only: the
 * numbers are invented. Seeds choose the scene: 404 no WebGPU, 666 the second run diverges, 13 the device is lost,
 * 77 compiling never ends.
 */
import { parseMethod } from '../../src/experiment/methods';
import type { Experiment } from '../../src/experiment/types';
import type { AttentionMaps, Command, Event, Metrics, RunInfo } from '../../src/session/client/protocol';

/** Long experiments go faster. */
const stepsPerTick = (steps: number) => Math.max(4, Math.ceil(steps / 200));
let experiment: Experiment | null = null;
let runs: (RunInfo & { step: number; dead: boolean })[] = [];
let watched: string[] = [];
let timer: ReturnType<typeof setInterval> | undefined;
let writer: ReturnType<typeof setInterval> | undefined;
let lost = false;

const send = (event: Event) => postMessage(event);
const noise = (a: number, b: number) => {
	const x = Math.sin(a * 127.1 + b * 311.7) * 43758.5453;
	return x - Math.floor(x);
};

function infos(of: Experiment): RunInfo[] {
	return of.methods.flatMap((method, m) =>
		of.seeds.map((seed) => {
			const parsed = parseMethod(method);
			const parameters =
				of.layers * (4 * of.hiddenSize ** 2 + 3 * of.hiddenSize * of.intermediateSize) +
				2 * 89 * of.hiddenSize -
				(method === 'svformer' ? (of.layers - 1) * of.hiddenSize ** 2 : 0);
			return {
				id: `${method}-${seed}`,
				method,
				label: parsed.ok ? parsed.method.label : method,
				seed,
				parameters,
				kvCacheBytesPerToken: 8 * of.layers * of.hiddenSize - 40 * m,
				gpuBytes: parameters * 30,
			};
		}),
	);
}

function lossAt(run: RunInfo, step: number): number {
	const m = experiment?.methods.indexOf(run.method) ?? 0;
	return (
		1.7 -
		0.03 * m +
		2.8 * Math.exp(-step / (60 - 4 * m)) +
		0.4 / (1 + step / 40) +
		(noise(step, run.seed + 10 * m) - 0.5) * 0.22 +
		(step % 97 === 96 ? 0.5 : 0)
	);
}

function mapsOf(run: RunInfo, step: number): AttentionMaps {
	const { layers, heads, sequenceLength: length } = experiment as Experiment;
	const text =
		'Call me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse, and nothing particular to interest me on shore'.repeat(
			8,
		);
	const tokens = Array.from({ length }, (_, i) => (i === 0 ? '<s>' : text[i] === ' ' ? '␣' : text[i]));
	const probabilities = new Float32Array(layers * heads * length * length);
	const m = experiment?.methods.indexOf(run.method) ?? 0;
	let o = 0;
	for (let layer = 0; layer < layers; layer++) {
		for (let head = 0; head < heads; head++) {
			const sink = (layer === 0 ? 1.2 : 2.6 / (1 + 2 * m)) * Math.min(1, step / 200) * (0.4 + noise(layer, head));
			const reach = 1 + 14 * noise(head + 3, layer + 5);
			for (let i = 0; i < length; i++) {
				let sum = 0;
				for (let j = 0; j <= i; j++)
					sum += probabilities[o + i * length + j] =
						Math.exp(-(i - j) / reach) * (0.3 + noise(i - j, layer * 9 + head)) + (j === 0 ? sink * 3 : 0) + 0.01;
				for (let j = 0; j <= i; j++) probabilities[o + i * length + j] /= sum;
			}
			o += length * length;
		}
	}
	return { run: run.id, step, layers, heads, length, tokens, probabilities };
}

/** Every measurement of a layer, such as the real worker posts. */
function analysisOf(run: RunInfo, step: number): Metrics {
	const m = experiment?.methods.indexOf(run.method) ?? 0;
	const rise = 1 - Math.exp(-step / 150);
	const each = (value: (layer: number) => number) =>
		Array.from({ length: experiment?.layers ?? 0 }, (_, l) => value(l) + 0.02 * noise(step, l + m));
	return {
		sinkAttention: each((l) => 0.03 + rise * (l === 0 ? 0.31 : 0.1 / (1 + 2 * m))),
		entropy: each((l) => 3.7 - rise * (l === 0 ? 1.1 : 0.4 / (1 + m))),
		sinkRate: each((l) => rise * (l === 0 ? 0.5 : 0.25 / (1 + m))),
		maxAlpha: each((l) => 0.1 + 0.3 * rise * (l === 0 ? 1 : 0.5)),
		sinkLogit: each((l) => rise * (2 - l) - 0.3 * m),
		drain: each(() => 1.1 - rise * (0.8 / (1 + m))),
		mixedDrain: each(() => 1.1 - rise * (0.5 / (1 + m))),
		peak: each((l) => rise * (4 - 2 * m) * (l - 0.5)),
		similarity: each((l) => 0.1 + 0.2 * l * rise),
		spectrum: each((l) => 60 - 8 * l),
		valueSpectrum: each(() => 14),
		...(run.method.startsWith('resformer')
			? { 'λ₁': each((l) => (l === 0 ? 0 : 0.5 + 0.2 * rise)), 'λ₂': each((l) => (l === 0 ? 1 : 0.5)) }
			: {}),
	};
}

/** Writes some of the book, a piece at a time; a µ is no character of it. */
function generate({ id, run, prompt, tokens }: Extract<Command, { type: 'generate' }>): void {
	clearInterval(writer);
	if (prompt.includes('µ')) {
		send({ type: 'generationFailed', id, message: "the prompt's character `µ` (U+00B5) is not in the model's vocabulary" });
		return;
	}
	const words =
		experiment?.task === 'text' || experiment?.task === 'backcopy' || experiment?.task === 'own-text'
			? [...'and the whale was of that sort which swims in the deep sea, and the captain said no more of it. ']
			: ['7', '21', '4', '30', '12'].map((word) => ` ${word}`);
	let written = run.length % 7;
	const last = written + tokens;
	writer = setInterval(() => {
		if (written < last) send({ type: 'generated', id, text: words[written++ % words.length], done: false });
		else {
			clearInterval(writer);
			send({ type: 'generated', id, text: '', done: true });
		}
	}, 5);
}

function metricsOf(run: RunInfo, step: number): Metrics {
	const m = experiment?.methods.indexOf(run.method) ?? 0;
	const validationLoss = lossAt(run, step) + 0.04;
	const analysis = analysisOf(run, step);
	const answers = ['mqar', 'induction', 'modular-addition', 'copy', 'reverse', 'sort'];
	if (experiment && answers.includes(experiment.task)) return { validationLoss, accuracy: 1 - Math.exp(-step / 120), ...analysis };
	if (experiment?.task !== 'backcopy') return { validationLoss, ...analysis };
	const rise = 1 - Math.exp(-step / 150);
	const sinkAttention = Array.from(
		{ length: experiment.layers },
		(_, l) => 0.03 + rise * (l === 0 ? 0.31 : 0.1 / (1 + 2 * m)) + 0.01 * noise(run.seed, l + m),
	);
	return {
		validationLoss,
		triggerLoss: 2 * Math.exp(-step / 80) + 0.008,
		nonTriggerLoss: 1.66 + Math.exp(-step / 60),
		nonTriggerOptimum: 1.65,
		sinkAttention,
		...analysis,
	};
}

function advance(count: number): void {
	if (!experiment || lost) return;
	for (const run of runs) {
		if (run.dead) continue;
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
			tokensPerSecond: 61_000 + 2000 * noise(first, run.seed),
		});
		for (let step = first + 1; step <= last; step++) {
			if (experiment.validateEvery && step % experiment.validateEvery === 0)
				send({ type: 'metrics', run: run.id, step, metrics: metricsOf(run, step) });
			if (experiment.probeEvery && step % experiment.probeEvery === 0 && watched.includes(run.id))
				send({ type: 'maps', maps: mapsOf(run, step) });
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
	if (runs.every((run) => run.dead || run.step === experiment?.steps)) {
		clearInterval(timer);
		send({ type: 'state', state: 'finished' });
	}
}

function run(): void {
	clearInterval(timer);
	timer = setInterval(() => advance(stepsPerTick(experiment?.steps ?? 0)), 50);
	send({ type: 'state', state: 'running' });
}

function start(of: Experiment, paused: boolean): void {
	clearInterval(timer);
	experiment = of;
	runs = infos(of).map((info) => ({ ...info, step: 0, dead: false }));
	send({ type: 'state', state: 'compiling' });
	let done = 0;
	timer = setInterval(() => {
		send({ type: 'compiling', done, total: 38, kernel: ['matmul', 'attention_forward', 'rmsnorm_backward'][done % 3] });
		if (of.seeds.includes(77) && done === 12) return;
		if (++done < 38) return;
		clearInterval(timer);
		send({ type: 'runs', runs });
		for (const info of runs) if (of.probeEvery) send({ type: 'maps', maps: mapsOf(info, 0) });
		if (paused) send({ type: 'state', state: 'paused' });
		else run();
	}, 15);
}

function check(): void {
	const ops = ['matmul', 'rmsnorm', 'rope', 'attention', 'swiglu', 'crossEntropy', 'adamw', 'embedding', 'valueMix'];
	const rows = ops.map((op, i) => ({
		op,
		cases: 12 + i,
		largestError: 1e-6 * (i + 1),
		tolerance: 2e-5,
		passed: op !== 'rope',
		worstCase: '[3, 17, 31] × [31, 5], transposed',
	}));
	for (const [i, row] of rows.entries())
		setTimeout(
			() => {
				send({ type: 'check', done: i + 1, total: rows.length, row });
				if (i === rows.length - 1) send({ type: 'checked', rows });
			},
			80 * (i + 1),
		);
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
					advice: 'Use Chrome 113 or newer.',
				});
			const all = infos(data.experiment);
			return send({
				type: 'estimate',
				id: data.id,
				estimate: {
					methods: all
						.filter((info) => info.seed === data.experiment.seeds[0])
						.map((info) => ({ ...info, flopsPerToken: 6 * info.parameters })),
					gpuBytes: all.reduce((sum, info) => sum + info.gpuBytes, 0),
					vocabularySize: 89,
					problems: [],
				},
			});
		}
		case 'start':
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
		case 'watch':
			watched = data.runs;
			for (const info of runs) if (watched.includes(info.id)) send({ type: 'maps', maps: mapsOf(info, info.step) });
			return;
		case 'generate':
			return generate(data);
		case 'stopGenerating':
			return clearInterval(writer);
		case 'checkpoint': {
			const files = ['config.json', 'model.safetensors', 'batches.safetensors', 'vocabulary.json'].map((name) => ({
				name,
				bytes: new TextEncoder().encode('{}'),
			}));
			return send({ type: 'checkpoint', id: data.id, run: data.run, step: 1, files });
		}
		case 'checkGpu':
			return check();
	}
});
