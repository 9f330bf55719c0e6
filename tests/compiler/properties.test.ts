import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arenaLayout } from '../../src/compiler/arena';
import { batchProducts } from '../../src/compiler/batchProducts';
import { compile } from '../../src/compiler/compile';
import { deferSums } from '../../src/compiler/deferSums';
import { eliminateDead, foldAdds } from '../../src/compiler/fuse';
import { halfTensors, readCopies, weightCopy } from '../../src/compiler/halfStorage';
import { joinAsides } from '../../src/compiler/joinAsides';
import { joinSides } from '../../src/compiler/joinSides';
import { lower } from '../../src/compiler/lower';
import { type Member, membersOf } from '../../src/compiler/members';
import { PROFILES } from '../../src/compiler/profile';
import { rotateInStores } from '../../src/compiler/rotateInStores';
import { SHADERS } from '../../src/gpu/shaders';
import type { Graph } from '../../src/graph/graph';
import { type Operand, UNUSED } from '../../src/graph/kernel';
import type { Node } from '../../src/graph/op';
import type { Tensor } from '../../src/graph/tensor';
import { graphOf, graphRecipes } from '../support/randomGraph';

/** Variables that a kernel writes, by the text of its file. */
const writtenBy = (file: string): Set<string> =>
	new Set([...SHADERS[file].matchAll(/var<storage, read_write> (\w+)/g)].map(([, name]) => name));

/** The tensor, or the node's scratch memory, that an operand means, with ops in place resolved. */
function meaningOf(nodes: readonly Node[]) {
	const aliases = new Map<Tensor, Tensor>();
	const resolve = (tensor: Tensor): Tensor => aliases.get(tensor) ?? tensor;
	for (const { op, inputs, outputs } of nodes) if (op.inPlace !== undefined) aliases.set(outputs[0], resolve(inputs[op.inPlace]));
	return {
		resolve,
		of: (operand: Exclude<Operand, { arena: unknown }>, node: number) =>
			'id' in operand ? resolve(operand) : `${operand.shared ? '' : node} ${operand.scratch} ${operand.part?.offset ?? ''}`,
	};
}

/**
 * Runs a plan on the meaning of memory instead of numbers: each range of a buffer holds the tensor that was written there
 * last. Every read must find the tensor that its node asks for, and every output must be there at the end.
 */
function checkMemory(graph: Graph, profile: (typeof PROFILES)[number], halfRows?: number): void {
	const plan = compile(graph, { profile, halfRows });
	const nodes = foldAdds(graph, eliminateDead(graph));
	const options = { profile, maxBindingBytes: 2 ** 27, mostParts: 2 ** 27 };
	const layout = arenaLayout(graph);
	const lowered = lower(graph, nodes, profile);
	const half = halfRows === undefined ? undefined : halfTensors(graph, nodes, lowered, { profile, rows: halfRows });
	const copy = half && weightCopy(layout);
	const { calls: single, table } = deferSums(graph, nodes, lowered, layout, options);
	const outputs = new Set(graph.outputs.values());
	const joining = { ...options, layout: copy?.layout ?? layout, outputs, half };
	const joined = joinAsides(joinSides(nodes, rotateInStores(batchProducts(nodes, single, joining), outputs), joining));
	const calls = copy ? readCopies(joined, copy) : joined;
	const members = membersOf(calls);
	const meaning = meaningOf(nodes);
	/** Last content written to each place, in the order of writing. */
	const holds = new Map<string, Tensor | string>();
	const write = (place: string, content: Tensor | string) => {
		holds.delete(place);
		holds.set(place, content);
	};
	const at = ({ buffer, offset }: { buffer: number | string; offset: number }) => `${buffer}+${offset}`;
	const tables = [table, copy?.table].filter((each) => each !== undefined);
	const constants = [...graph.constants.values(), ...tables].map(({ tensor }) => [tensor.name, tensor] as const);
	const hosts = [...graph.inputs, ...graph.states, ...constants];
	for (const [name, tensor] of hosts) if (name in plan.tensors) holds.set(at(plan.tensors[name]), tensor);
	expect(plan.dispatches).toHaveLength(calls.length);
	plan.dispatches.forEach(({ bindings, variant, label }, i) => {
		const written = writtenBy(variant.file);
		const operands = Object.entries(calls[i].bindings);
		for (const [name, operand] of operands) {
			if (written.has(name)) {
				const own = bindings[name];
				const others = Object.entries(bindings).filter(([other]) => other !== name);
				const overlaps = (other: typeof own) => other.offset < own.offset + own.bytes && own.offset < other.offset + other.bytes;
				expect(
					others.filter(([other, place]) => place.buffer === own.buffer && (!written.has(other) || overlaps(place))),
					`${label}: ${name} and`,
				).toEqual([]);
			}
			if ('arena' in operand || operand === UNUSED || ('id' in operand && operand.kind === 'parameter')) continue;
			if ('scratch' in operand && operand.scratch === copy?.copy.scratch) {
				// Buffers are shared whole, so that what is at the start of one is in it.
				const start = `${bindings[name].buffer}+0`;
				if (!written.has(name)) expect(holds.get(start), `${label} reads ${name}`).toBe(operand.scratch);
				continue;
			}
			const wanted = meaning.of(operand, calls[i].node);
			if (!('id' in operand) && operand.shared && (!operand.part || operand.holds)) {
				const { offset: start, floats } = operand.part ?? { offset: 0, floats: Number.POSITIVE_INFINITY };
				const isBound = ({ whole, offset }: Member) => whole.scratch === operand.scratch && offset >= start && offset < start + floats;
				const tensors = [...members].filter(([, member]) => isBound(member));
				const placeOf = ({ offset }: { offset: number }) => `${bindings[name].buffer}+${offset * (operand.half ? 2 : 4)}`;
				// Either the kernel makes all tensors in this memory, or it reads them.
				const isMaker = written.has(name) && !tensors.some(([tensor, member]) => holds.get(placeOf(member)) === tensor);
				if (isMaker) for (const [tensor, member] of tensors) write(placeOf(member), tensor);
				for (const [tensor, member] of tensors) expect(holds.get(placeOf(member)), `${label} reads ${name}`).toBe(tensor);
				if (tensors.length) continue;
				if (!written.has(name) && holds.get(at(bindings[name])) === wanted) continue;
				// It reads every part: nothing else may have been written to their buffer since.
				const inOrder = [...holds].filter(([place]) => place.startsWith(`${bindings[name].buffer}+`)).map(([, content]) => String(content));
				const parts = inOrder.slice(inOrder.findIndex((content) => content.startsWith(String(wanted))));
				expect(parts.length).toBeGreaterThan(0);
				expect(parts.filter((content) => !content.startsWith(String(wanted)))).toEqual([]);
				continue;
			}
			if (!written.has(name)) expect(holds.get(at(bindings[name])), `${label} reads ${name}`).toBe(wanted);
		}
		// A kernel that writes memory with tensors in it leaves those as they are.
		for (const [name, operand] of operands)
			if (written.has(name) && !('arena' in operand) && !('scratch' in operand && operand.holds)) {
				const isCopy = 'scratch' in operand && operand.scratch === copy?.copy.scratch;
				write(at(bindings[name]), isCopy ? operand.scratch : meaning.of(operand, calls[i].node));
			}
	});
	for (const [name, tensor] of graph.outputs) expect(holds.get(at(plan.tensors[name])), `output ${name}`).toBe(meaning.resolve(tensor));
	for (const [name, tensor] of hosts) if (name in plan.tensors) expect(holds.get(at(plan.tensors[name]))).toBe(tensor);
}

describe('plans of random graphs', () => {
	it.each(PROFILES)('never overwrite a value that is still read, for $name', (profile) => {
		fc.assert(
			fc.property(graphRecipes, (recipe) => checkMemory(graphOf(recipe), profile)),
			{ seed: 8, numRuns: 300 },
		);
	});

	it.each(PROFILES)('never overwrite a value that is still read, with activations in float16, for $name', (profile) => {
		fc.assert(
			fc.property(graphRecipes, (recipe) => checkMemory(graphOf(recipe), profile, 1)),
			{ seed: 8, numRuns: 300 },
		);
	});

	it('train, fold additions and write caches often enough to be worth testing', () => {
		const graphs = fc.sample(graphRecipes, { seed: 8, numRuns: 300 }).map(graphOf);
		const withInput = (name: string) => graphs.filter((graph) => graph.inputs.has(name)).length;
		expect(withInput('hyper')).toBeGreaterThan(15);
		expect(withInput('position')).toBeGreaterThan(15);
		expect(graphs.filter((graph) => foldAdds(graph, eliminateDead(graph)).length < eliminateDead(graph).length).length).toBeGreaterThan(15);
	});

	it('are the same every time, and no larger than without sharing', () => {
		fc.assert(
			fc.property(graphRecipes, (recipe) => {
				const plan = () => compile(graphOf(recipe), { profile: PROFILES[0] });
				expect(plan()).toEqual(plan());
				const { activationBytes, unsharedBytes } = plan().statistics;
				expect(activationBytes).toBeLessThanOrEqual(unsharedBytes);
			}),
			{ seed: 8, numRuns: 100 },
		);
	});
});
