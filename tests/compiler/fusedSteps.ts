/** Every method's training step with all fusions and each size of tiles against the same step with none of them: the same numbers to the last bit. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import type { Plan } from '../../src/compiler/plan';
import { type Profile, type ProfileName, profileNamed, withLargeTiles, withTiles } from '../../src/compiler/profile';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { parseMethod } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import { Arenas } from '../../src/gpu/arenas';
import { GpuContext } from '../../src/gpu/gpuContext';
import { Program } from '../../src/gpu/program';
import { lambdaInputs } from '../../src/model/transformer';
import { batchInputs } from '../../src/training/batchInputs';
import type { ReplayCase } from '../../src/training/replay';
import { hyperAt } from '../../src/training/schedule';
import { trainingGraph } from '../../src/training/trainingGraphs';
import { randomCase } from '../support/randomCase';
import { openTestGpu } from '../support/webgpu';

const STEPS = 2;
const VOCABULARY = 23;

/** Many rows, so that sums are split into parts, and heads of whole vec4s; and sizes that nothing divides. */
const SIZES = {
	whole: { layers: 3, heads: 2, hiddenSize: 32, intermediateSize: 40, sequenceLength: 32, batchSize: 10 },
	odd: { layers: 3, heads: 3, hiddenSize: 18, intermediateSize: 7, sequenceLength: 37, batchSize: 8 },
} as const;

const NAMES = [...METHODS.map(({ name }) => name), 'cross-layer+gqa:1', 'query-residual+gqa:1', 'qk-norm+resformer:dense', 'gqa:1+cla:2'];

/** Other optimisers read the gradients in other ways; a tied table's gradient has two parts. */
const FIELDS = [{ optimizer: 'sgd' }, { optimizer: 'muon' }, { tieWordEmbeddings: true }] as const;

interface Case {
	name: string;
	replayed: ReplayCase;
}

function caseOf(size: keyof typeof SIZES, method: string, fields: (typeof FIELDS)[number] | Record<string, never> = {}): Case {
	const name = size === 'odd' ? method.replace('gqa:2', 'gqa:1') : method;
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	const wanted = { ...SIZES[size], methods: [name], steps: 6, warmupSteps: 2, learningRate: 3e-3, ...fields };
	const { experiment, problems } = readExperiment(wanted);
	if (problems.length) throw new Error(problems[0].message);
	return {
		name: [name, size, ...Object.entries(fields).map((entry) => entry.join(' '))].join(', '),
		replayed: randomCase(experiment, parsed.method, VOCABULARY, STEPS),
	};
}

const CASES = [
	...NAMES.map((name) => caseOf('whole', name)),
	...FIELDS.map((fields) => caseOf('whole', 'resformer:learnable', fields)),
	...NAMES.filter((_, i) => i % 3 === 0).map((name) => caseOf('odd', name)),
];

/** Tests of every method's step with these kernels, to be called in a `describe`. */
export function testFusedSteps(kernels: ProfileName): void {
	const profile = profileNamed(kernels);
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profile);
	});
	afterAll(() => gpu.close());

	/** Bits of parameters, moments and losses after two steps. */
	async function trained(plan: Plan, { model, training, weights, batch }: ReplayCase): Promise<Record<string, Uint32Array>> {
		const { device } = gpu.adapter;
		const arenas = await Arenas.create(device, plan.arena, plan.arenas);
		const program = await Program.create(gpu.library, plan, arenas, gpu.pool);
		arenas.write('parameters', weights);
		const found: Record<string, Uint32Array> = {};
		const keep = (name: string, numbers: Float32Array<ArrayBuffer>) => {
			expect(numbers.every(Number.isFinite), name).toBe(true);
			found[name] = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
		};
		for (let step = 0; step < STEPS; step++) {
			program.writeAll(batchInputs(batch(step)));
			program.write('hyper', hyperAt(training, step));
			for (const [name, numbers] of Object.entries(lambdaInputs(model))) if (program.has(name)) program.write(name, numbers);
			const { loss, squares } = await program.run(['loss', 'squares']);
			keep(`loss ${step}`, loss);
			keep(`squares ${step}`, squares);
		}
		for (const arena of ['gradients', 'parameters', 'firstMoments'] as const)
			for (const [name, numbers] of Object.entries(await arenas.read(arena))) keep(`${arena} ${name}`, numbers);
		program.destroy();
		arenas.destroy();
		return found;
	}

	it.each(CASES.filter((_, i) => i % 7 === 0))('adding parts of gradients a few layers at a time: $name', async ({ replayed }) => {
		const graph = trainingGraph(replayed.model, { ...replayed, optimizer: replayed.training.optimizer });
		const together = compile(graph, { profile });
		const addsParts = (plan: Plan) => plan.dispatches.some(({ label }) => label === 'parts of gradients');
		const sparing = [64, 32, 16, 8, 4, 2].map((kibibytes) => compile(graph, { profile, mostParts: kibibytes * 1024 }));
		const few = sparing.find(addsParts) as Plan;
		expect([addsParts(together), addsParts(few)]).toEqual([false, true]);
		const [wanted, found] = [await trained(together, replayed), await trained(few, replayed)];
		expect(Object.keys(wanted).filter((name) => wanted[name].some((bits, i) => bits !== found[name][i]))).toEqual([]);
	});

	// Kernels for software adapters have one size of tiles.
	const tiled = profile.fillingWorkgroups > 0 ? CASES.filter((_, i) => i % 6 === 0) : [];
	it.each(tiled)('any choice of tiles: $name', async ({ replayed }) => {
		const graph = trainingGraph(replayed.model, { ...replayed, optimizer: replayed.training.optimizer });
		const wanted = await trained(compile(graph, { profile }), replayed);
		const forced = (base: Profile, at: number) => {
			const choices = compile(graph, { profile: base }).dispatches.flatMap(({ tiles }) => tiles ?? []);
			const products = new Map(choices.map((choice) => [choice.product, choice.candidates]));
			const tiles = Object.fromEntries([...products].map(([product, names], i) => [product, names[(i + at) % names.length]]));
			const plan = compile(graph, { profile: withTiles(base, tiles) });
			for (const { tiles: choice } of plan.dispatches) if (choice) expect(choice.chosen).toBe(tiles[choice.product]);
			return plan;
		};
		// Without the rule's small tiles no product normalises, which leaves both sizes to more of them.
		for (const base of [profile, withLargeTiles(profile)])
			for (const at of [0, 1]) {
				const found = await trained(forced(base, at), replayed);
				expect(Object.keys(wanted).filter((name) => wanted[name].some((bits, i) => bits !== found[name][i]))).toEqual([]);
			}
	});

	it.each(CASES)('$name', async ({ replayed }) => {
		const graph = () => trainingGraph(replayed.model, { ...replayed, optimizer: replayed.training.optimizer });
		const large = withLargeTiles(profile);
		const [plainPlan, ...fusedPlans] = [
			compile(graph(), { profile: large, fuse: false }),
			compile(graph(), { profile }),
			// Adapters without tiles have no other plan.
			...(profile.fillingWorkgroups > 0 ? [compile(graph(), { profile: large })] : []),
		];
		const plain = await trained(plainPlan, replayed);
		for (const [which, plan] of fusedPlans.entries()) {
			expect(plan.dispatches.length).toBeLessThan(plainPlan.dispatches.length);
			const fused = await trained(plan, replayed);
			expect(Object.keys(fused)).toEqual(Object.keys(plain));
			expect([which, ...Object.keys(plain).filter((name) => plain[name].some((bits, i) => bits !== fused[name][i]))]).toEqual([which]);
		}
	});
}
