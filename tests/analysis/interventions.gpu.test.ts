/** Issue 4: an intervention's numbers equal a forward pass in float64 with the same change; taken back, they return to the last bit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAME_PARTS, sequenceFrame } from '../../src/analysis/frame';
import { interventionGraph } from '../../src/analysis/interventionGraph';
import { InterventionError } from '../../src/analysis/interventions';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { IGNORED } from '../../src/data/task';
import { type Intervention, NO_INTERVENTION } from '../../src/experiment/interventions';
import type { LambdaEdit } from '../../src/experiment/interventions/lambdas';
import type { ForwardPass } from '../../src/experiment/records/forwardPass';
import type { FrameArrays } from '../../src/experiment/records/frame';
import { Arenas } from '../../src/gpu/arenas';
import { GpuContext } from '../../src/gpu/gpuContext';
import { InterventionRunner } from '../../src/training/interventionRunner';
import type { ReplayCase } from '../../src/training/replay';
import { Trainer, trainerPlans } from '../../src/training/trainer';
import { distance, INTERVENED, intervenedCase, interventionsOn, sequenceOf, shownParts } from '../support/interventions';
import { plainForward } from '../support/plainForward';
import { openTestGpu } from '../support/webgpu';

const arraysOf = ({ frame, losses, logits }: ForwardPass<FrameArrays>): Record<string, Float32Array> => ({ ...frame, losses, logits });

/** Every float's bits. */
const bitsOf = (reading: ForwardPass<FrameArrays>) =>
	Object.fromEntries(Object.entries(arraysOf(reading)).map(([name, { buffer }]) => [name, Buffer.from(buffer).toString('base64')]));

async function openRunner(gpu: GpuContext, { model, weights, length }: ReplayCase) {
	const arenas = new Arenas(gpu.adapter.device, compile(interventionGraph(model, length), gpu.adapter).arena);
	arenas.write('parameters', weights);
	const runner = await InterventionRunner.create(gpu, model, arenas, length);
	const close = () => {
		runner.destroy();
		arenas.destroy();
	};
	return { runner, close };
}

/** Largest difference between a forward pass on the GPU and the plain one. */
function errorOf(
	{ model, weights }: ReplayCase,
	shown: number,
	intervention: Intervention,
	reading: ForwardPass<FrameArrays>,
): [number, string] {
	const { tokens, targets } = sequenceOf({ model }, shown);
	const truth = plainForward(model, weights, tokens, targets, intervention);
	const found = arraysOf(reading);
	const errors = Object.entries(shownParts(truth, model)).map(([part, wanted]): [number, string] => [distance(found[part], wanted), part]);
	const asked = truth.losses.filter((loss) => !Number.isNaN(loss));
	errors.push([Math.abs(reading.loss - asked.reduce((sum, loss) => sum + loss, 0) / asked.length), 'loss']);
	return errors.reduce((a, b) => (b[0] > a[0] ? b : a));
}

/** What no other profile computes in another way: two parts of keys, two patterns a layer, and the pull beside attention. */
const ELSEWHERE = ['cross-layer+gqa:1', 'attention-residual+gqa:1', 'neutreno+resformer+gqa:1'];
const LONG = { sequenceLength: 67, hiddenSize: 24, layers: 3 };

describe.each(PROFILES)('interventions with the kernels of $name are float64’s', (profile) => {
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profile);
	});
	afterAll(() => gpu.close());

	const first = profile === PROFILES[0];
	const cases = [
		...(first ? INTERVENED : ELSEWHERE).map((name) => ({ name, length: 13, shown: 9, change: {} })),
		...(first ? ['vanilla', 'cross-layer+gqa:1'] : ['resformer:dense']).map((name) => ({ name, length: 67, shown: 66, change: LONG })),
	];
	it.each(cases)('$name, $shown tokens of $length', async ({ name, shown, change }) => {
		const intervened = intervenedCase(name, change);
		const { runner, close } = await openRunner(gpu, intervened);
		const sequence = sequenceOf(intervened, shown);
		const before = await runner.read(sequence, NO_INTERVENTION);
		expect(errorOf(intervened, shown, NO_INTERVENTION, before)[0]).toBeLessThan(1e-5);
		for (const [kind, intervention] of Object.entries(interventionsOn(intervened, shown))) {
			const reading = await runner.read(sequence, intervention);
			const [error, part] = errorOf(intervened, shown, intervention, reading);
			expect(error, `${kind}: ${part}`).toBeLessThan(1e-5);
		}
		const whole = await runner.read(sequenceOf(intervened, intervened.length), NO_INTERVENTION);
		expect(errorOf(intervened, intervened.length, NO_INTERVENTION, whole)[0]).toBeLessThan(1e-5);
		expect(bitsOf(await runner.read(sequence, NO_INTERVENTION))).toEqual(bitsOf(before));
		close();
	});
});

describe('a model in training', () => {
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu);
	});
	afterAll(() => gpu.close());

	async function open(name: string) {
		const example = intervenedCase(name);
		const { model, training, weights } = example;
		const trainer = await Trainer.create(gpu, model, training, trainerPlans(model, example, gpu.adapter), weights);
		const batch = example.batch(0);
		return { example, trainer, batch, sequence: { tokens: batch.inputs, targets: batch.targets } };
	}

	it.each(['resformer:learnable', 'cross-layer', 'attention-residual'])(
		'%s: left alone, a look shows what a probe and an evaluation show',
		async (name) => {
			const { trainer, batch, sequence, example } = await open(name);
			const { baseline, intervened } = await trainer.pairedPasses(sequence, NO_INTERVENTION);
			const probed = await trainer.probe(batch, 0, FRAME_PARTS);
			const { loss, losses } = await trainer.evaluate(batch);
			trainer.destroy();
			if (!probed) throw new Error('no probe');
			expect(intervened).toBeNull();
			const frame = sequenceFrame(example.model, { batchSize: 1, length: example.length }, probed);
			for (const [part, numbers] of Object.entries(frame))
				expect(distance(baseline.frame[part as keyof typeof frame], numbers), part).toBeLessThan(2e-6);
			expect(baseline.loss).toBeCloseTo(loss, 5);
			batch.targets.forEach((target, i) => {
				if (target === IGNORED) expect(baseline.losses[i]).toBeNaN();
				else expect(baseline.losses[i]).toBeCloseTo(losses[i], 5);
			});
		},
	);

	it('an intervention leaves the weights alone: after a reset, every number is the same to the last bit', async () => {
		const { trainer, sequence, example } = await open('resformer:plus');
		const before = await trainer.pairedPasses(sequence, NO_INTERVENTION);
		for (const intervention of Object.values(interventionsOn(example, example.length))) {
			const { baseline, intervened } = await trainer.pairedPasses(sequence, intervention);
			expect(bitsOf(baseline)).toEqual(bitsOf(before.baseline));
			expect(intervened && bitsOf(intervened)).not.toEqual(bitsOf(before.baseline));
		}
		expect(bitsOf((await trainer.pairedPasses(sequence, NO_INTERVENTION)).baseline)).toEqual(bitsOf(before.baseline));
		trainer.destroy();
	});

	it('both passes, without and with an intervention, use the weights after `step` updates, whatever is submitted meanwhile', async () => {
		const { trainer, batch, sequence } = await open('resformer:learnable');
		await trainer.pairedPasses(sequence, NO_INTERVENTION);
		const [looked, stepped] = [
			trainer.pairedPasses(sequence, { ...NO_INTERVENTION, headsOff: [{ layer: 0, head: 0 }] }),
			trainer.advance(batch),
		];
		const { step, baseline, controls } = await looked;
		await stepped;
		const after = await trainer.pairedPasses(sequence, NO_INTERVENTION);
		expect(after.step).toBe(1);
		expect(step).toBe(1);
		expect(bitsOf(baseline)).toEqual(bitsOf(after.baseline));
		expect(controls).toEqual(after.controls);
		trainer.destroy();
	});

	const moves: [string, LambdaEdit[]][] = [
		['resformer', [{ layer: 2, index: 0, value: 1.75 }]],
		['neutreno', [{ layer: 1, index: 0, value: -0.8 }]],
		['resformer:learnable', [{ layer: 1, index: 1, value: 0.125 }]],
		['resformer:dense', [{ layer: 3, index: 1, value: 2 }]],
		[
			'value-embedding+resformer',
			[
				{ layer: 0, index: 0, value: 1.5 },
				{ layer: 2, index: 0, value: 0.25 },
				{ layer: 2, index: 3, value: -1 },
			],
		],
		[
			'resformer:plus',
			[
				{ layer: 1, index: 0, value: 0.25 },
				{ layer: 3, index: 1, value: -1 },
			],
		],
	];
	it.each(moves)('%s trains on with a λ that was tried in an intervention', async (name, lambdas) => {
		const { trainer, batch, sequence } = await open(name);
		await trainer.advance(batch);
		const tried = await trainer.pairedPasses(sequence, { ...NO_INTERVENTION, lambdas });
		const snapshot = await trainer.snapshot();
		await trainer.setLambdas(lambdas);
		const moved = await trainer.pairedPasses(sequence, NO_INTERVENTION);
		const same = await trainer.snapshot();
		expect([same.firstMoments, same.secondMoments]).toEqual([snapshot.firstMoments, snapshot.secondMoments]);
		if (!tried.intervened) throw new Error('nothing was tried');
		const wanted = arraysOf(tried.intervened);
		for (const [part, numbers] of Object.entries(arraysOf(moved.baseline)))
			expect(distance(numbers, wanted[part]), part).toBeLessThan(1e-5);
		for (const { layer, index, value } of moved.controls) {
			const edit = lambdas.find((one) => one.layer === layer && one.index === index);
			const before = tried.controls.find((one) => one.layer === layer && one.index === index);
			expect(Math.abs(value - (edit ?? before ?? { value: Number.NaN }).value), `λ ${layer}.${index}`).toBeLessThan(1e-6);
		}
		// The loss of a step is that of the weights before its update.
		expect((await trainer.advance(batch)).loss).toBeCloseTo(tried.intervened.loss, 5);
		trainer.destroy();
	});

	it('names what doesn’t fit, and works again afterwards', async () => {
		const { trainer, sequence } = await open('vanilla');
		const mask = { ...NO_INTERVENTION, maskedKeys: [{ layer: null, key: 13 }] };
		await expect(trainer.pairedPasses(sequence, mask)).rejects.toThrow(InterventionError);
		await expect(trainer.pairedPasses(sequence, mask)).rejects.toThrow('maskedKeys[0].key is 13, but the sequence has 13 keys');
		const long = { tokens: new Int32Array(14), targets: new Int32Array(14) };
		await expect(trainer.pairedPasses(long, NO_INTERVENTION)).rejects.toThrow('the text has 14 tokens; this model reads 1 to 13');
		await expect(trainer.setLambdas([{ layer: 1, index: 0, value: 1 }])).rejects.toThrow('fork the run as resformer:constant');
		expect((await trainer.pairedPasses({ tokens: [3], targets: [IGNORED] }, NO_INTERVENTION)).baseline.loss).toBeNaN();
		expect((await trainer.pairedPasses(sequence, NO_INTERVENTION)).baseline.loss).toBeGreaterThan(0);
		trainer.destroy();
	});
});
