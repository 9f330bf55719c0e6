import { MOST_WORKGROUPS, type Operand, together } from '../graph/kernel';
import type { Node } from '../graph/op';
import type { Tensor } from '../graph/tensor';
import { type Factors, joinedCall, MOST_PARTS, weightsOf } from './joinedCall';
import type { Call } from './lower';
import { type Member, membersOf } from './members';
import type { ArenaLayout } from './plan';
import type { Profile } from './profile';

interface Options {
	profile: Profile;
	layout: ArenaLayout;
	maxBindingBytes: number;
	/** Tensors that the host reads. */
	outputs: ReadonlySet<Tensor>;
}

/**
 * Joins products into one dispatch. Each sum keeps its order.
 *
 * - Those of one input with several weights: Q, K and V; gate and up.
 * - Those of the gradients of these weights. The gradients of the outputs share a buffer, so that one binding holds them.
 * - Those that follow one another to sum the gradient of that input.
 *
 * A product stays alone if its sum is split and not deferred, if a residual is added to it that is no such sum, or if a dispatch
 * would have to read and write the shared buffer.
 */
export function batchProducts(nodes: readonly Node[], calls: readonly Call[], options: Options): Call[] {
	const batch = new Batch(nodes, calls, options);
	batch.joinSharing();
	batch.joinSums();
	return batch.calls;
}

class Batch {
	calls: Call[];
	private readonly members: Map<Tensor, Member>;
	private readonly gradients: readonly Tensor[];
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
		for (const call of this.calls) {
			const key = this.keyOf(call);
			if (key === undefined) continue;
			const group = groups.get(key) ?? [];
			if (group.length < MOST_PARTS) groups.set(key, [...group, call]);
		}
		const { layout, profile } = this.options;
		for (const parts of groups.values()) {
			if (parts.length < 2) continue;
			const { a, b } = parts[0].bindings;
			const zeros = parts.map(() => 0);
			// Products with a common input can run when the first does; gradients of weights, when the last does.
			if (parts[0].joint?.shares === 'a') {
				this.replace(parts, parts[0], joinedCall(parts, { a: { operand: a, offsets: zeros }, b: weightsOf(parts, layout) }, profile));
				continue;
			}
			const together = this.placeTogether(parts);
			if (!together) continue;
			const joined = joinedCall(parts, { a: together, b: { operand: b, offsets: zeros } }, profile);
			if (this.replace(parts, parts[parts.length - 1], joined)) together.settle();
		}
	}

	/** Equal for calls that may be joined; undefined if a call may not. */
	private keyOf({ joint, bindings, uniforms }: Call): string | undefined {
		if (!joint || joint.shares === 'c' || uniforms.hasResidual !== 0) return undefined;
		const { a, b, c } = bindings;
		if (!('id' in a && 'id' in b)) return undefined;
		if (joint.shares === 'a') return b.kind === 'parameter' && 'id' in c ? `a ${a.id}` : undefined;
		const isGradient = 'scratch' in c ? c.part !== undefined : this.gradients.includes(c as Tensor);
		return isGradient && this.isFree(a) ? `b ${b.id}` : undefined;
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
		if (this.mixesAccess(new Set(tensors))) return undefined;
		const operand = together(tensors);
		if (operand.floats * 4 > this.options.maxBindingBytes) return undefined;
		const settle = () => {
			for (const [tensor, offset] of operand.holds) this.members.set(tensor, { whole: operand, offset });
		};
		return { operand, offsets: [...operand.holds.values()], settle };
	}

	/** True if a call reads one of the tensors and writes another: WebGPU forbids both for one buffer in a dispatch. */
	private mixesAccess(tensors: ReadonlySet<Tensor>): boolean {
		return this.calls.some(({ node, bindings }) => {
			const bound = Object.values(bindings).filter((operand): operand is Tensor => 'id' in operand && tensors.has(operand));
			const written = bound.filter((tensor) => this.nodes[node].outputs.includes(tensor));
			return written.length > 0 && written.length < bound.length;
		});
	}
}

/** True if a product's sum is not split. */
const isWhole = ({ extent, uniforms }: Call): boolean => extent[2] === 1 && uniforms.innerPerSplit >= uniforms.inner;
