import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { compile } from '../compiler/compile';
import type { Profile } from '../compiler/profile';
import type { OpCheck } from '../experiment/records/opCheck';
import { Graph } from '../graph/graph';
import { interpret } from '../graph/interpreter';
import type { Op, Sample } from '../graph/op';
import { OPS } from '../graph/ops';
import { IGNORED } from '../graph/ops/crossEntropy';
import { sizeOf, type Tensor } from '../graph/tensor';
import { Arenas } from './arenas';
import type { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { Program } from './program';

const TOLERANCE = 2e-5;

/** Runs every sample of every op on the device and compares with float64. */
export async function checkOps(
	library: KernelLibrary,
	profile: Profile,
	report: (row: OpCheck, done: number, total: number) => void = () => {},
): Promise<OpCheck[]> {
	const rows: OpCheck[] = [];
	for (const op of OPS) {
		const row = await checkOp(library, profile, op);
		rows.push(row);
		report(row, rows.length, OPS.length);
	}
	return rows;
}

/** Runs the samples of one op on the device and compares with float64. */
export async function checkOp(library: KernelLibrary, profile: Profile, op: Op, samples: readonly Sample[] = op.samples): Promise<OpCheck> {
	const tolerance = op.tolerance ?? TOLERANCE;
	const row: OpCheck = { op: op.name, cases: samples.length, largestError: 0, tolerance, passed: true, worstCase: '' };
	for (const sample of samples) {
		const words = `${sample.inputs.map(({ shape }) => shape.join('×')).join(', ')} ${JSON.stringify(sample.attributes)}`;
		try {
			const error = await errorOf(library, profile, op, sample);
			if (error >= row.largestError || Number.isNaN(error)) Object.assign(row, { largestError: error, worstCase: words });
			if (!(error <= tolerance)) row.passed = false;
		} catch (error) {
			return {
				...row,
				largestError: Number.POSITIVE_INFINITY,
				passed: false,
				worstCase: `${words}: ${error instanceof Error ? error.message : error}`,
			};
		}
	}
	return row;
}

async function errorOf(library: KernelLibrary, profile: Profile, op: Op, sample: Sample): Promise<number> {
	const { graph, inputs, parameters, states } = sampleGraph(op, sample);
	const expected = interpret(graph, { inputs, parameters, states });
	const plan = compile(graph, { profile });
	const arenas = new Arenas(library.device, plan.arena);
	const pool = new BufferPool(library.device);
	const { device } = library;
	device.pushErrorScope('validation');
	const program = await Program.create(library, plan, arenas, pool);
	arenas.write('parameters', parameters);
	for (const [arena, prefix] of [
		['firstMoments', 'm.'],
		['secondMoments', 'v.'],
	] as const)
		if (plan.arenas[arena]) arenas.write(arena, Object.fromEntries(Object.keys(parameters).map((name) => [name, states[prefix + name]])));
	for (const [name, numbers] of Object.entries(inputs)) if (program.has(name)) program.write(name, numbers);
	const got: Record<string, Float32Array> = await program.run([...graph.outputs.keys()]);
	const wanted: Record<string, Float64Array> = { ...expected.outputs };
	if (graph.updates.size) {
		for (const [arena, prefix, table] of [
			['parameters', '', expected.parameters],
			['firstMoments', 'm.', expected.states],
			['secondMoments', 'v.', expected.states],
		] as const)
			for (const [name, numbers] of Object.entries(await arenas.read(arena))) {
				got[`${arena} ${name}`] = numbers;
				wanted[`${arena} ${name}`] = table[prefix + name];
			}
	}
	program.destroy();
	arenas.destroy();
	pool.destroy();
	const fault = await device.popErrorScope();
	if (fault) throw new Error(fault.message);
	return Math.max(...Object.keys(wanted).map((name) => relativeError(got[name], wanted[name])));
}

/** Largest |a − b| / max(1, largest |b|); NaN unless both are finite in the same places. */
export function relativeError(a: ArrayLike<number>, b: Float64Array): number {
	let scale = 1;
	for (const value of b) scale = Math.max(scale, Math.abs(value));
	let largest = 0;
	for (let i = 0; i < b.length; i++) {
		const error = Math.abs(a[i] - b[i]);
		if (Number.isNaN(error)) return Number.NaN;
		largest = Math.max(largest, error);
	}
	return largest / scale;
}

/** A graph of one op, fed with the sample's numbers rounded to float32: both sides start from the same. */
export function sampleGraph(op: Op, sample: Sample) {
	const graph = new Graph();
	const inputs: Record<string, Float32Array> = {};
	const parameters: Record<string, Float32Array> = {};
	const states: Record<string, Float32Array> = {};
	const random = xoroshiro128plus(sizeOf(sample.inputs[0].shape) + 1);
	const numbersOf = ({ shape, numbers, dtype, below = 1, ignoreSome }: Sample['inputs'][number]): Float32Array => {
		if (numbers) return Float32Array.from(numbers);
		return Float32Array.from({ length: sizeOf(shape) }, () => {
			if (dtype !== 'i32') return 2 * uniformFloat64(random) - 1 + (uniformFloat64(random) - 0.5);
			return ignoreSome && uniformFloat64(random) < 0.2 ? IGNORED : Math.floor(uniformFloat64(random) * below);
		});
	};
	const values = sample.inputs.map(numbersOf);
	const input = (i: number): Tensor => {
		inputs[`input${i}`] = values[i];
		return graph.input(`input${i}`, sample.inputs[i].shape, sample.inputs[i].dtype);
	};
	// Gradients of the optimiser's ops live in an arena, which a computed tensor of an `adamW` node gets.
	const n = op.name === 'adamW' ? (sample.inputs.length - 2) / 4 : op.name === 'gradientSquares' ? sample.inputs.length : 0;
	if (n === 0) {
		const outputs = graph.apply(
			op.name,
			sample.inputs.map((_, i) => input(i)),
			sample.attributes,
		);
		outputs.forEach((output, i) => {
			graph.output(`output${i}`, output);
		});
		return { graph, inputs, parameters, states };
	}
	const whole = op.name === 'adamW';
	const shapes = sample.inputs.slice(0, n).map(({ shape }) => shape);
	const tensors = shapes.map((shape, i) => graph.parameter(`p${i}`, shape));
	shapes.forEach((shape, i) => {
		const zeros = () => new Float32Array(sizeOf(shape));
		parameters[`p${i}`] = whole ? values[i] : zeros();
		states[`m.p${i}`] = whole ? values[2 * n + i] : zeros();
		states[`v.p${i}`] = whole ? values[3 * n + i].map(Math.abs) : zeros();
	});
	const zero = shapes.map((shape, i) => {
		inputs[`zero${i}`] = new Float32Array(sizeOf(shape));
		return graph.input(`zero${i}`, shape);
	});
	const gradients = shapes.map((_, i) => graph.apply('add', [input(whole ? n + i : i), zero[i]])[0]);
	const moments = ['m.', 'v.'].flatMap((prefix) => shapes.map((shape, i) => graph.state(`${prefix}p${i}`, shape)));
	const squares = whole ? input(4 * n) : graph.apply('gradientSquares', gradients)[0];
	if (!whole) {
		inputs.hyper = Float32Array.of(1e-3, 0.1, 0.05, 0.1, 0.9, 0.95, 1e-8, 1);
		graph.output('output0', squares);
	}
	const hyper = whole ? input(4 * n + 1) : graph.input('hyper', [8]);
	const decayed = whole ? sample.attributes : { decayed: shapes.filter((shape) => shape.length > 1).length };
	const next = graph.apply('adamW', [...tensors, ...gradients, ...moments, squares, hyper], decayed);
	[...tensors, ...moments].forEach((tensor, i) => {
		graph.update(tensor, next[i]);
	});
	return { graph, inputs, parameters, states };
}
