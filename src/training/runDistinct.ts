import type { Program } from '../gpu/program';

/**
 * Runs a program once and brings outputs back, as `Program.run` does. One tensor may have several names, V′ and V of the
 * first layer for one: it comes back once, and both names have the same numbers.
 */
export async function runDistinct(program: Program, names: readonly string[]): Promise<Record<string, Float32Array<ArrayBuffer>>> {
	const places = names.map((name) => `${program.plan.tensors[name].buffer} ${program.plan.tensors[name].offset}`);
	const first = places.map((place) => names[places.indexOf(place)]);
	const found = await program.run([...new Set(first)]);
	return Object.fromEntries(names.map((name, i) => [name, found[first[i]]]));
}
