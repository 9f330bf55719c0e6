import { compile } from '../compiler/compile';
import type { Profile } from '../compiler/profile';
import type { OpCheck } from '../experiment/records/opCheck';
import { interpret } from '../graph/interpreter';
import type { Op, Sample } from '../graph/op';
import { OPS } from '../graph/registry';
import { Arenas } from './arenas';
import type { Device } from './device';
import type { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { Program } from './program';
import { fitsHalf, halfSampleGraph, STATE_PREFIX, sampleGraph } from './sample';

const TOLERANCE = 2e-5;

/** Two roundings to float16, up or down as WGSL allows, each by less than 2⁻¹⁰ of the number. */
const HALF_TOLERANCE = 2 ** -9;

/** Runs every sample of every op on the device and compares with float64, also with storage in float16 if the device has it. */
export async function checkOps(
	library: KernelLibrary,
	{ profile, storesHalf }: Pick<Device, 'profile' | 'storesHalf'>,
	report: (row: OpCheck, done: number, total: number) => void = () => {},
): Promise<OpCheck[]> {
	const halves = storesHalf ? OPS.filter((op) => op.samples.some((sample) => fitsHalf(op, sample))) : [];
	const checks = [...OPS.map((op) => ({ op, storage: 'float32' as const })), ...halves.map((op) => ({ op, storage: 'float16' as const }))];
	const rows: OpCheck[] = [];
	for (const { op, storage } of checks) {
		const row = await checkOp(library, profile, op, storage);
		rows.push(row);
		report(row, rows.length, checks.length);
	}
	return rows;
}

/** Runs the samples of one op on the device and compares with float64. */
export async function checkOp(library: KernelLibrary, profile: Profile, op: Op, storage: OpCheck['storage']): Promise<OpCheck> {
	const isHalf = storage === 'float16';
	const cases = isHalf ? op.samples.filter((sample) => fitsHalf(op, sample)) : op.samples;
	const tolerance = (op.tolerance ?? TOLERANCE) + (isHalf ? HALF_TOLERANCE : 0);
	const row: OpCheck = { op: op.name, storage, cases: cases.length, largestError: 0, tolerance, passed: true, worstCase: '' };
	for (const sample of cases) {
		const caseText = `${sample.inputs.map(({ shape }) => shape.join('×')).join(', ')} ${JSON.stringify(sample.attributes)}`;
		try {
			const error = await errorOf(library, profile, op, sample, isHalf);
			if (error >= row.largestError || Number.isNaN(error)) Object.assign(row, { largestError: error, worstCase: caseText });
			if (!(error <= tolerance)) row.passed = false;
		} catch (error) {
			return {
				...row,
				largestError: Number.POSITIVE_INFINITY,
				passed: false,
				worstCase: `${caseText}: ${error instanceof Error ? error.message : error}`,
			};
		}
	}
	return row;
}

/** @param isHalf stores in float16, and fuses nothing, so that the op keeps its own kernels */
async function errorOf(library: KernelLibrary, profile: Profile, op: Op, sample: Sample, isHalf: boolean): Promise<number> {
	const { graph, inputs, parameters, states } = isHalf ? halfSampleGraph(op, sample) : sampleGraph(op, sample);
	const expected = interpret(graph, { inputs, parameters, states });
	const plan = compile(graph, isHalf ? { profile, halfRows: 1, fuse: false } : { profile });
	const arenas = await Arenas.create(library.device, plan.arena);
	const pool = new BufferPool(library.device);
	const program = await Program.create(library, plan, arenas, pool);
	arenas.write('parameters', parameters);
	const stateArenas = (Object.keys(STATE_PREFIX) as (keyof typeof STATE_PREFIX)[]).filter((arena) =>
		Object.keys(states).some((name) => name.startsWith(STATE_PREFIX[arena])),
	);
	for (const arena of stateArenas)
		arenas.write(arena, Object.fromEntries(Object.keys(parameters).map((name) => [name, states[STATE_PREFIX[arena] + name]])));
	for (const [name, numbers] of Object.entries(inputs)) if (program.has(name)) program.write(name, numbers);
	const got: Record<string, Float32Array> = await program.run([...graph.outputs.keys()]);
	const wanted: Record<string, Float64Array> = { ...expected.outputs };
	if (graph.updates.size) {
		for (const arena of ['parameters', ...stateArenas] as const)
			for (const [name, numbers] of Object.entries(await arenas.read(arena))) {
				got[`${arena} ${name}`] = numbers;
				wanted[`${arena} ${name}`] = arena === 'parameters' ? expected.parameters[name] : expected.states[STATE_PREFIX[arena] + name];
			}
	}
	program.destroy();
	arenas.destroy();
	pool.destroy();
	return Math.max(...Object.keys(wanted).map((name) => relativeError(got[name], wanted[name])));
}

/** Largest |a − b| / max(1, largest |b|); NaN if an element of either is NaN. */
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
