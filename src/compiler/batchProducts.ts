import { MOST_WORKGROUPS, type Operand, type Scratch, together } from '../graph/kernel';
import type { Node } from '../graph/op';
import type { Tensor } from '../graph/tensor';
import { type AllFactors, type Factors, joinedCall, MOST_PARTS, takeSmallTiles, weightsOf } from './joinedCall';
import type { Call } from './lower';
import { halfOf, type Member, membersOf, mixesAccess, tensorsIn } from './members';
import type { ArenaLayout } from './plan';
import { gated, gateGradient, PLAIN, rotated, type Store, tileColumns } from './productStores';
import type { Profile } from './profile';

interface Options {
	profile: Profile;
	layout: ArenaLayout;
	maxBindingBytes: number;
	/** Tensors that the host reads. */
	outputs: ReadonlySet<Tensor>;
	/** Values in float16, which share no buffer with values in float32. */
	half?: ReadonlySet<Tensor>;
}

/**
 * Joins products into one dispatch. Each sum keeps its order.
 *
 * - Those of one input with several weights: Q, K and V; gate and up. The kernel also rotates Q and K, and applies SwiGLU. On GPUs
 *   small ones also normalise their input.
 * - Those of the gradients of these weights. The gradients of the outputs share a buffer, so that one binding holds them.
 * - Those of other gradients of weights, two inputs at a time. On software adapters the factors of both share their memories.
 * - Those that follow one another to sum the gradient of that input.
 * - The gradient of SwiGLU's result with that of SwiGLU.
 *
 * A product stays alone if its sum is split and not deferred, if a residual is added to it that is no such sum, or if a dispatch
 * would have to read and write the shared buffer.
 */
export function batchProducts(nodes: readonly Node[], calls: readonly Call[], options: Options): Call[] {
	const batch = new Batch(nodes, calls, options);
	batch.joinGatingGradients();
	batch.joinSharing();
	batch.joinSums();
	batch.pairWeightGradients();
	if (options.profile.subgroupLanes > 0) batch.shareKernels();
	return batch.calls;
}

/** Gradients of weights that one call makes, and their factors. */
interface WeightGradients {
	parts: readonly Call[];
	a: Factors;
	b: Factors;
}

class Batch {
	calls: Call[];
	private readonly members: Map<Tensor, Member>;
	private readonly gradients: readonly Tensor[];
	/** The joined calls of gradients of weights, with what they join. */
	private readonly weightGradients = new Map<Call, WeightGradients>();
	/** Memories that have grown, by the name that they had before. */
	private readonly grown = new Map<string, Scratch>();
	private readonly inPlace: ReadonlySet<Tensor | undefined>;

	constructor(
		private readonly nodes: readonly Node[],
		calls: readonly Call[],
		private readonly options: Options,
	) {
		this.calls = [...calls];
		this.members = membersOf(calls);
		const gather = calls.find((call) => call.summing);
		this.gradients = gather ? nodes[gather.node].inputs : [];
		this.inPlace = new Set(nodes.flatMap(({ op, inputs }) => (op.inPlace === undefined ? [] : [inputs[op.inPlace]])));
	}

	/** Joins products with a common factor. */
	joinSharing(): void {
		const groups = new Map<string, Call[]>();
		let period = 0;
		for (const call of this.calls) {
			if (call.endsPeriod) period++;
			const shared = this.keyOf(call);
			if (shared === undefined) continue;
			const key = `${period} ${shared}`;
			const group = groups.get(key) ?? [];
			if (group.length < MOST_PARTS) groups.set(key, [...group, call]);
		}
		const { profile } = this.options;
		for (const parts of groups.values()) {
			if (parts[0].joint?.shares === 'a') {
				this.joinInput(parts);
				continue;
			}
			if (parts.length < 2) continue;
			const { b } = parts[0].bindings;
			const zeros = parts.map(() => 0);
			const together = this.placeTogether(parts);
			if (!together) continue;
			const factors = { a: together, b: { operand: b, offsets: zeros } };
			const joined = joinedCall(parts, factors, profile);
			if (!this.replace(parts, parts[parts.length - 1], joined)) continue;
			together.settle();
			this.weightGradients.set(joined, { parts, ...factors });
		}
	}

	/** Joins products of one input, and what follows them. They can run when the first does. */
	private joinInput(group: readonly Call[]): void {
		const { layout, profile } = this.options;
		const gating = this.calls.find(
			({ gating }) => gating && group.length === 2 && group.every(({ bindings }) => bindings.c === gating.gate || bindings.c === gating.up),
		);
		const parts = gating && group[0].bindings.c === gating.gating?.up ? [...group].reverse() : group;
		const rotations = gating
			? []
			: group.map(({ bindings }) =>
					this.calls.find(({ rotation }) => rotation && rotation.x === bindings.c && this.isPassedOn(rotation.x)),
				);
		const rotating = rotated(
			group,
			rotations.map((call) => call?.rotation),
			profile,
		);
		const store = gating?.gating ? gated(gating.gating) : rotating?.fits(tileColumns(group[0], profile)) ? rotating : PLAIN;
		const followers = gating ? [gating] : store === PLAIN ? [] : rotations.filter((call) => call !== undefined);
		const offsets = parts.map(() => 0);
		const b = weightsOf(parts, layout);
		const normed = this.normBefore(parts, store);
		if (normed) {
			const { call, norm } = normed;
			const factors = { a: { operand: call.bindings.x, offsets }, b, norm };
			this.replace([call, ...group, ...followers], group[0], joinedCall(parts, factors, profile, store));
		} else if (parts.length + followers.length > 1) {
			const factors = { a: { operand: parts[0].bindings.a, offsets }, b };
			this.replace([...group, ...followers], group[0], joinedCall(parts, factors, profile, store));
		}
	}

	/**
	 * The call that normalises the input of products, if their kernel can do it while it loads. Each of its tiles repeats the row's
	 * sum, so that this pays where few workgroups share a GPU.
	 */
	private normBefore(parts: readonly Call[], store: Store): { call: Call; norm: NonNullable<AllFactors['norm']> } | undefined {
		const { layout, outputs, profile } = this.options;
		const at = this.calls.findIndex(({ normalisation }) => normalisation?.y === parts[0].bindings.a);
		const normalisation = this.calls[at]?.normalisation;
		if (profile.subgroupLanes > 0 || !normalisation || (store.results ?? parts).length >= MOST_PARTS) return undefined;
		const { y, inverse, weight, epsilon } = normalisation;
		const made = [y, inverse];
		if (this.options.half?.has(y)) return undefined;
		if (weight.kind !== 'parameter' || !made.every((tensor) => this.isFree(tensor) && !outputs.has(tensor))) return undefined;
		const first = this.calls.findIndex((call) => parts.includes(call));
		const between = this.calls.slice(at + 1, first).flatMap(({ bindings }) => Object.values(bindings));
		if (between.some((operand) => made.includes(operand as Tensor))) return undefined;
		const kept = together(made);
		if (kept.floats * 4 > this.options.maxBindingBytes || !takeSmallTiles(parts, store, profile)) return undefined;
		for (const [tensor, offset] of kept.holds) this.members.set(tensor, { whole: kept, offset });
		const entry = layout.entries.find(({ name }) => name === weight.name);
		return { call: this.calls[at], norm: { weight: entry?.offset ?? 0, epsilon, kept, inverseStart: kept.holds.get(inverse) ?? 0 } };
	}

	/** Joins each gradient of SwiGLU with the product that makes the gradient of its result. */
	joinGatingGradients(): void {
		const { layout, profile } = this.options;
		for (const call of this.calls) {
			const { gatingGradient } = call;
			if (!gatingGradient || !this.isPassedOn(gatingGradient.dy)) continue;
			const product = this.calls.find(({ joint, bindings }) => joint?.shares === 'c' && bindings.c === gatingGradient.dy);
			if (!product || !isWhole(product) || product.uniforms.hasResidual !== 0) continue;
			const { a, b } = product.bindings;
			if (!('id' in b) || b.kind !== 'parameter') continue;
			const factors = { a: { operand: a, offsets: [0] }, b: weightsOf([product], layout) };
			const joined = joinedCall([product], factors, profile, gateGradient(gatingGradient));
			this.replace([product, call], call, { ...joined, node: call.node });
		}
	}

	/** True if one call makes a tensor, another reads it, and nothing else does. */
	private isPassedOn(tensor: Tensor): boolean {
		if (this.options.outputs.has(tensor) || this.members.has(tensor)) return false;
		return this.calls.flatMap(({ bindings }) => Object.values(bindings)).filter((operand) => operand === tensor).length === 2;
	}

	/** Equal for calls that may be joined; undefined if a call may not. */
	private keyOf({ joint, bindings, uniforms }: Call): string | undefined {
		if (!joint || joint.shares === 'c' || uniforms.hasResidual !== 0) return undefined;
		const { a, b, c } = bindings;
		if (!('id' in a && 'id' in b)) return undefined;
		if (joint.shares === 'a') return b.kind === 'parameter' && 'id' in c ? `a ${a.id}` : undefined;
		return this.isGradientOfWeights({ bindings: { c } }) && this.isFree(a) ? `b ${b.id}` : undefined;
	}

	/** True if the result is a gradient, or parts of one that the first reader of all gradients adds. */
	private isGradientOfWeights({ bindings: { c } }: Pick<Call, 'bindings'>): boolean {
		return 'scratch' in c ? c.part !== undefined : this.gradients.includes(c as Tensor);
	}

	/** Joins gradients of weights in pairs that share no factor, each with one of the next, where the first can wait for the second. */
	pairWeightGradients(): void {
		const { profile } = this.options;
		let waiting: (WeightGradients & { call: Call })[] = [];
		for (const call of this.calls) {
			if (call.endsPeriod) waiting = [];
			const joined = this.weightGradients.get(call) ?? this.asWeightGradient(call);
			if (!joined) continue;
			const pair = firstOf(waiting, (first) => {
				const parts = [...first.parts, ...joined.parts];
				const factors = parts.length <= MOST_PARTS ? this.factorsOf(first, joined) : undefined;
				return factors && { first, call: joinedCall(parts, factors, profile) };
			});
			if (pair && this.replace([pair.first.call, call], call, { ...pair.call, node: call.node }))
				waiting = waiting.filter((first) => first !== pair.first);
			else waiting = [...waiting, { call, ...joined }].slice(-(profile.subgroupLanes > 0 ? MOST_WAITING : 1));
		}
		this.calls = this.calls.map((call) => ({ ...call, bindings: this.rebound(call.bindings) }));
	}

	/** Gives a product that stays alone the kernel of joined ones, if the plan has that one anyway: one pipeline less to compile. */
	shareKernels(): void {
		const { layout, profile } = this.options;
		const pipelineOf = ({ kernel: { file, overrides } }: Call) => JSON.stringify([file, overrides]);
		const used = new Set(this.calls.map(pipelineOf));
		for (const call of this.calls) {
			const { joint, bindings, uniforms } = call;
			if (!joint) continue;
			// Of the joined kernels, those that add a residual split no sum.
			const addsResidual = joint.shares === 'c' || (joint.shares === 'a' && profile.subgroupLanes > 0);
			if (uniforms.hasResidual !== 0 && !addsResidual) continue;
			if (!isWhole(call) && (joint.shares === 'c' || uniforms.hasResidual !== 0)) continue;
			const { a, b } = bindings;
			const weights = 'id' in b && b.kind === 'parameter';
			const factors = { a: { operand: a, offsets: [0] }, b: weights ? weightsOf([call], layout) : { operand: b, offsets: [0] } };
			const joined = joinedCall([call], factors, profile);
			if (used.has(pipelineOf(joined))) this.replace([call], call, joined);
		}
	}

	/** The factors of both. On software adapters, where a choice between memories in the inner loop costs much, only if one memory can hold them. */
	private factorsOf(first: WeightGradients, second: WeightGradients): AllFactors | undefined {
		if (this.options.profile.subgroupLanes > 0) {
			const [a, b] = [this.inOneMemory(first.a, second.a), this.inOneMemory(first.b, second.b)];
			if (!a || !b) return undefined;
			a.settle();
			b.settle();
			return { a, b };
		}
		const both = (side: 'a' | 'b') => ({ operand: first[side].operand, offsets: [...first[side].offsets, ...second[side].offsets] });
		return { a: both('a'), b: both('b'), second: { from: first.parts.length, a: second.a.operand, b: second.b.operand } };
	}

	/** Factors of two calls in one memory: that which one of them has already, grown, or a new one. */
	private inOneMemory(first: Factors, second: Factors): (Factors & { settle(): void }) | undefined {
		const operands = [first.operand, second.operand];
		const tensors = operands.filter((operand) => 'id' in operand);
		const [whole] = operands.filter((operand) => 'scratch' in operand);
		const isPossible = tensors.every((tensor) => this.isFree(tensor)) && tensors.length > 0 && tensors[0] !== tensors[1];
		if (!isPossible || (whole && this.grown.has(whole.scratch))) return undefined;
		const held = [...(whole ? tensorsIn(whole) : []), ...tensors];
		const half = halfOf(held, this.options.half);
		if (half === undefined) return undefined;
		const operand = together(held, 0, half);
		if (
			operand.floats * 4 > Math.min(MOST_WAITING_BYTES, this.options.maxBindingBytes) ||
			mixesAccess(this.nodes, this.calls, new Set(held))
		)
			return undefined;
		const offsetsOf = ({ operand: own, offsets }: Factors) =>
			'id' in own ? offsets.map((offset) => offset + (operand.holds.get(own) ?? 0)) : offsets;
		const settle = () => {
			if (whole) this.grown.set(whole.scratch, operand);
			for (const [tensor, offset] of operand.holds) this.members.set(tensor, { whole: operand, offset });
		};
		return { operand, offsets: [...offsetsOf(first), ...offsetsOf(second)], settle };
	}

	/** Bindings with the memories that have grown, in which what they held before has kept its place. */
	private rebound(bindings: Call['bindings']): Call['bindings'] {
		const entries = Object.entries(bindings).map(([name, operand]) => {
			return [name, ('scratch' in operand && this.grown.get(operand.scratch)) || operand];
		});
		return Object.fromEntries(entries);
	}

	private asWeightGradient(call: Call): WeightGradients | undefined {
		const { a, b } = call.bindings;
		if (call.joint?.shares !== 'b' || call.uniforms.hasResidual !== 0 || !this.isGradientOfWeights(call)) return undefined;
		return { parts: [call], a: { operand: a, offsets: [0] }, b: { operand: b, offsets: [0] } };
	}

	/** Joins products whose sum is the only use of each. */
	joinSums(): void {
		const { outputs, layout, profile } = this.options;
		const readers = new Map<Operand, number>();
		for (const { bindings } of this.calls)
			for (const [name, operand] of Object.entries(bindings)) if (name !== 'c') readers.set(operand, (readers.get(operand) ?? 0) + 1);
		const series = new Map<Operand, Call[]>();
		for (const call of this.calls) {
			if (call.joint?.shares !== 'c') continue;
			const { a, b, c, residual } = call.bindings;
			if (!('id' in a && 'id' in b && 'id' in c) || b.kind !== 'parameter' || !isWhole(call)) continue;
			const before = series.get(residual);
			const follows =
				before !== undefined &&
				before.length < MOST_PARTS &&
				readers.get(residual) === 1 &&
				!outputs.has(residual as Tensor) &&
				this.members.get(before[0].bindings.a as Tensor)?.whole === this.members.get(a)?.whole;
			if (follows) series.delete(residual);
			series.set(c, follows ? [...before, call] : [call]);
		}
		for (const parts of series.values()) {
			if (parts.length < 2) continue;
			const together = this.placeTogether(parts);
			if (!together) continue;
			const joined = joinedCall(parts, { a: together, b: weightsOf(parts, layout) }, profile);
			if (this.replace(parts, parts[parts.length - 1], joined)) together.settle();
		}
	}

	/** Puts one call in the place of `at`, and drops the other parts. @returns false if its grid would be too large */
	private replace(parts: readonly Call[], at: Call, joined: Call): boolean {
		if (joined.extent[0] > MOST_WORKGROUPS) return false;
		this.calls = this.calls.map((call) => (call === at ? joined : call)).filter((call) => !parts.includes(call));
		return true;
	}

	private isFree(operand: Operand): operand is Tensor {
		return (
			'id' in operand &&
			operand.kind === 'value' &&
			!this.members.has(operand) &&
			!this.inPlace.has(operand) &&
			!this.gradients.includes(operand)
		);
	}

	/** A buffer for the parts' factors a, which they may already have; undefined if they can't share one. `settle` makes them share it. */
	private placeTogether(parts: readonly Call[]): (Factors & { settle(): void }) | undefined {
		const tensors = parts.map(({ bindings }) => bindings.a as Tensor);
		const known = tensors.map((tensor) => this.members.get(tensor));
		const whole = known[0]?.whole;
		if (whole) {
			if (!known.every((member) => member?.whole === whole)) return undefined;
			return { operand: whole, offsets: known.map((member) => member?.offset ?? 0), settle: () => {} };
		}
		if (!tensors.every((tensor) => this.isFree(tensor)) || new Set(tensors).size < tensors.length) return undefined;
		if (mixesAccess(this.nodes, this.calls, new Set(tensors))) return undefined;
		const half = halfOf(tensors, this.options.half);
		if (half === undefined) return undefined;
		const operand = together(tensors, 0, half);
		if (operand.floats * 4 > this.options.maxBindingBytes) return undefined;
		const settle = () => {
			for (const [tensor, offset] of operand.holds) this.members.set(tensor, { whole: operand, offset });
		};
		return { operand, offsets: [...operand.holds.values()], settle };
	}
}

/** Calls that may wait for one that they can be joined with. */
const MOST_WAITING = 2;
/** Most bytes of a memory that factors share: they all stay in it while a call waits, and in a large model a dispatch costs little. */
const MOST_WAITING_BYTES = 2 ** 21;

/** The first result that is not undefined. */
function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
	for (const item of items) {
		const found = find(item);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** True if a product's sum is not split. */
const isWhole = ({ extent, uniforms }: Call): boolean => extent[2] === 1 && uniforms.innerPerSplit >= uniforms.inner;
